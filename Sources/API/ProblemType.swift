/// Every kind of problem that a service can answer with, as `docs/problems.md` explains them.
package enum ProblemType: String, CaseIterable, Codable, Hashable, Sendable {
    /// 400: The body is not JSON.
    case malformedJson = "malformed-json"
    /// 400: The request does not follow the document.
    case invalidRequest = "invalid-request"
    /// 400: The amount does not have the coin's digits.
    case invalidAmount = "invalid-amount"
    /// 400: An Idempotency-Key is required.
    case idempotencyKeyRequired = "idempotency-key-required"
    /// 400: The grant type is not supported.
    case unsupportedGrantType = "unsupported-grant-type"
    /// 400: The scope is unknown or not allowed.
    case invalidScope = "invalid-scope"
    /// 400: The mandate is not in force.
    case invalidMandate = "invalid-mandate"
    /// 400: The grant is not valid.
    case invalidGrant = "invalid-grant"
    /// 400: The proof of possession does not count.
    case invalidDpopProof = "invalid-dpop-proof"
    /// 400: The proof of possession needs a nonce.
    case useDpopNonce = "use-dpop-nonce"
    /// 401: The client is not authenticated.
    case invalidClient = "invalid-client"
    /// 401: A valid access token is required.
    case unauthorized
    /// 403: The token does not have the scope.
    case insufficientScope = "insufficient-scope"
    /// 404: Not found.
    case notFound = "not-found"
    /// 405: The method is not allowed here.
    case methodNotAllowed = "method-not-allowed"
    /// 406: No acceptable representation.
    case notAcceptable = "not-acceptable"
    /// 409: The first request with this key is still running.
    case idempotencyKeyInFlight = "idempotency-key-in-flight"
    /// 409: The community already has a coin with this code.
    case coinExists = "coin-exists"
    /// 409: The coin or programme has a depreciation policy already.
    case depreciationPolicyExists = "depreciation-policy-exists"
    /// 409: The alias is taken.
    case aliasTaken = "alias-taken"
    /// 409: The alias was changed too often.
    case tooManyAliasChanges = "too-many-alias-changes"
    /// 409: The person has too many devices.
    case tooManyDevices = "too-many-devices"
    /// 409: The IBAN is linked to somebody else.
    case ibanAlreadyLinked = "iban-already-linked"
    /// 409: The client number is linked to somebody else.
    case clientNumberLinked = "client-number-linked"
    /// 409: The person has too many client numbers.
    case tooManyClientNumbers = "too-many-client-numbers"
    /// 409: The client is not active.
    case clientNotActive = "client-not-active"
    /// 409: The payment no longer waits for acceptance.
    case paymentNotRequested = "payment-not-requested"
    /// 409: The payment was withdrawn.
    case paymentWithdrawn = "payment-withdrawn"
    /// 409: The payment has expired.
    case paymentExpired = "payment-expired"
    /// 409: The payment was never accepted.
    case paymentNotAccepted = "payment-not-accepted"
    /// 409: The payment is already refunded.
    case alreadyRefunded = "already-refunded"
    /// 409: The proposal does not wait any more.
    case proposalNotOpen = "proposal-not-open"
    /// 409: The payer's code was used.
    case payerCodeUsed = "payer-code-used"
    /// 409: Nothing is held for the payment.
    case paymentNotHeld = "payment-not-held"
    /// 409: The hold has ended.
    case holdEnded = "hold-ended"
    /// 409: The till or the cashier has an open shift.
    case shiftOpen = "shift-open"
    /// 409: The shift is closed.
    case shiftClosed = "shift-closed"
    /// 409: There is nothing to settle.
    case nothingToSettle = "nothing-to-settle"
    /// 409: The settlement is not open.
    case settlementNotOpen = "settlement-not-open"
    /// 409: The bank reference was used before.
    case bankReferenceReused = "bank-reference-reused"
    /// 409: The funding reference is taken.
    case fundingReferenceTaken = "funding-reference-taken"
    /// 409: The bank's credit does not wait for a decision.
    case bankCreditNotOpen = "bank-credit-not-open"
    /// 409: The settlement is not released.
    case settlementNotReleased = "settlement-not-released"
    /// 409: The request for a bank account is not open.
    case ibanRequestNotOpen = "iban-request-not-open"
    /// 409: Somebody has decided about the payout.
    case payoutNotOpen = "payout-not-open"
    /// 409: A change of the programme waits for a decision.
    case programmeChangeOpen = "programme-change-open"
    /// 409: Somebody has decided about the change.
    case programmeChangeNotOpen = "programme-change-not-open"
    /// 409: The message id belongs to another file.
    case messageIdReused = "message-id-reused"
    /// 409: No letter is due.
    case noLettersDue = "no-letters-due"
    /// 409: The part does not begin where the file ends.
    case uploadOffset = "upload-offset"
    /// 409: The file has not arrived whole.
    case uploadIncomplete = "upload-incomplete"
    /// 409: The file is being read.
    case uploadBeingRead = "upload-being-read"
    /// 409: The upload is not open.
    case uploadNotOpen = "upload-not-open"
    /// 409: Too many files are on their way.
    case tooManyUploads = "too-many-uploads"
    /// 409: The batch cannot be approved.
    case batchNotApprovable = "batch-not-approvable"
    /// 409: The line is not parked.
    case lineNotParked = "line-not-parked"
    /// 409: The batch cannot be tried again.
    case batchNotRetryable = "batch-not-retryable"
    /// 409: The batch cannot be cancelled.
    case batchNotCancellable = "batch-not-cancellable"
    /// 409: The line cannot be cancelled.
    case lineNotCancellable = "line-not-cancellable"
    /// 409: The line does not wait.
    case lineNotWaiting = "line-not-waiting"
    /// 409: The file cannot be released.
    case fileNotReleasable = "file-not-releasable"
    /// 409: The grant is being recalled.
    case grantBeingRecalled = "grant-being-recalled"
    /// 409: The recall is not open.
    case recallNotOpen = "recall-not-open"
    /// 409: The standing instruction does not allow this now.
    case standingInstructionState = "standing-instruction-state"
    /// 409: The person has departed already.
    case departureReported = "departure-reported"
    /// 409: The departure was decided.
    case departureDecided = "departure-decided"
    /// 409: The departure is not confirmed.
    case departureNotConfirmed = "departure-not-confirmed"
    /// 409: The receiver died or moved away.
    case receiverGone = "receiver-gone"
    /// 409: The card is not blank.
    case cardNotBlank = "card-not-blank"
    /// 409: The card is not in use.
    case cardNotInUse = "card-not-in-use"
    /// 409: The person has a card.
    case cardExists = "card-exists"
    /// 409: The merchant has too many webhooks.
    case tooManyWebhooks = "too-many-webhooks"
    /// 409: The webhook is disabled.
    case webhookDisabled = "webhook-disabled"
    /// 413: The body is too large.
    case payloadTooLarge = "payload-too-large"
    /// 414: The address is too long.
    case uriTooLong = "uri-too-long"
    /// 415: The media type is not supported.
    case unsupportedMediaType = "unsupported-media-type"
    /// 409: The person cannot be erased yet.
    case personNotErasable = "person-not-erasable"
    /// 422: The key was used for another request.
    case idempotencyKeyReused = "idempotency-key-reused"
    /// 422: The coin is unknown.
    case unknownCoin = "unknown-coin"
    /// 422: The party is unknown.
    case unknownParty = "unknown-party"
    /// 422: The institution is unknown.
    case unknownInstitution = "unknown-institution"
    /// 422: The merchant is unknown.
    case unknownMerchant = "unknown-merchant"
    /// 422: The recipient is unknown.
    case unknownRecipient = "unknown-recipient"
    /// 422: The geofence is unknown.
    case unknownGeofence = "unknown-geofence"
    /// 422: The activation code was mistyped.
    case activationCodeMistyped = "activation-code-mistyped"
    /// 422: The activation code is not valid.
    case activationCodeInvalid = "activation-code-invalid"
    /// 422: The activation code has expired.
    case activationCodeExpired = "activation-code-expired"
    /// 422: The IBAN is not the one that was linked.
    case ibanMismatch = "iban-mismatch"
    /// 422: The client number is not the one that was linked.
    case clientNumberMismatch = "client-number-mismatch"
    /// 422: The area is not a valid polygon.
    case geofenceInvalid = "geofence-invalid"
    /// 422: The rules do not go together.
    case policyInvalid = "policy-invalid"
    /// 422: The coin has no locality policy in force.
    case localityUnset = "locality-unset"
    /// 422: The merchant does not take this coin.
    case coinNotAccepted = "coin-not-accepted"
    /// 422: The place of the shop is not verified.
    case shopPlaceUnverified = "shop-place-unverified"
    /// 422: The shop is suspended.
    case shopSuspended = "shop-suspended"
    /// 422: Payer and receiver are the same wallet.
    case sameWallet = "same-wallet"
    /// 422: There is not enough available.
    case insufficientFunds = "insufficient-funds"
    /// 422: The amount goes above a ceiling.
    case aboveCeiling = "above-ceiling"
    /// 422: The day's limit of a wallet is reached.
    case dailyLimit = "daily-limit"
    /// 422: An account is not open.
    case accountNotOpen = "account-not-open"
    /// 422: The signature of the approval is not valid.
    case approvalSignatureInvalid = "approval-signature-invalid"
    /// 422: The approval is for something else.
    case approvalMismatch = "approval-mismatch"
    /// 422: The code of the till is no longer the one shown.
    case challengeExpired = "challenge-expired"
    /// 422: The payer's code is not right.
    case payerCodeInvalid = "payer-code-invalid"
    /// 422: The payer's code has expired.
    case payerCodeExpired = "payer-code-expired"
    /// 422: The payer's code does not allow so much.
    case payerCodeLimit = "payer-code-limit"
    /// 422: The coin is not for distance selling.
    case distanceSellingNotPermitted = "distance-selling-not-permitted"
    /// 422: A position claim is required.
    case positionClaimRequired = "position-claim-required"
    /// 422: The position claim is not the signed one.
    case positionDigestMismatch = "position-digest-mismatch"
    /// 422: The coin may not be spent here.
    case localityRefused = "locality-refused"
    /// 422: The mandate does not reach so far.
    case outsideMandate = "outside-mandate"
    /// 422: The refund is more than is left of the payment.
    case refundExceeds = "refund-exceeds"
    /// 422: The right amount is not less than what was paid.
    case correctionNotLess = "correction-not-less"
    /// 422: It is too late to correct the amount at the till.
    case correctionTooLate = "correction-too-late"
    /// 422: The merchant owes refunds.
    case refundsOwed = "refunds-owed"
    /// 422: The discount is not for this payment.
    case discountUnavailable = "discount-unavailable"
    /// 422: The money for the discount has run out.
    case discountExhausted = "discount-exhausted"
    /// 422: The money is meant for other shops.
    case earmarkedElsewhere = "earmarked-elsewhere"
    /// 422: The money may not be spent at this place.
    case programmeBarred = "programme-barred"
    /// 422: The members of the discount do not go together.
    case discountInvalid = "discount-invalid"
    /// 422: The group is unknown.
    case unknownGroup = "unknown-group"
    /// 422: The discount is unknown.
    case unknownDiscount = "unknown-discount"
    /// 422: The capture is more than is held.
    case captureExceeds = "capture-exceeds"
    /// 422: A reservation needs a phone.
    case reservationNeedsPhone = "reservation-needs-phone"
    /// 422: The statement is too long for this form.
    case statementTooLong = "statement-too-long"
    /// 422: The transfer cannot be corrected so.
    case notCorrectable = "not-correctable"
    /// 422: The programme is unknown.
    case unknownProgramme = "unknown-programme"
    /// 422: The wallet is unknown.
    case unknownWallet = "unknown-wallet"
    /// 422: There is nothing to redeem.
    case nothingToRedeem = "nothing-to-redeem"
    /// 422: The merchant's bank account is not verified.
    case ibanNotVerified = "iban-not-verified"
    /// 422: The redemption is smaller than its fee.
    case redemptionTooSmall = "redemption-too-small"
    /// 422: The file is no answer of a bank.
    case bankAnswerUnreadable = "bank-answer-unreadable"
    /// 422: The euros are on another bank account.
    case otherBankAccount = "other-bank-account"
    /// 422: The bank's statements fund the programme.
    case fundedByStatement = "funded-by-statement"
    /// 422: The money of the programme has no end.
    case nothingToExtend = "nothing-to-extend"
    /// 422: The file is not the one that was announced.
    case uploadDamaged = "upload-damaged"
    /// 422: A second person is required.
    case secondPersonRequired = "second-person-required"
    /// 422: People were promised more.
    case lessThanPromised = "less-than-promised"
    /// 422: The rules of the programme do not allow it.
    case outsideCreditRules = "outside-credit-rules"
    /// 422: The programme has not enough budget.
    case budgetExceeded = "budget-exceeded"
    /// 422: Nothing is left to recall.
    case nothingToRecall = "nothing-to-recall"
    /// 422: The card is unknown.
    case unknownCard = "unknown-card"
    /// 422: The PIN is too easy to guess.
    case weakPin = "weak-pin"
    /// 422: The card or its PIN is not right.
    case cardRefused = "card-refused"
    /// 422: The card is blocked.
    case cardBlocked = "card-blocked"
    /// 422: The amount is above the limit of cards.
    case cardLimit = "card-limit"
    /// 422: Events cannot be sent to this address.
    case webhookUrlRefused = "webhook-url-refused"
    /// 422: The events after that one are no longer kept.
    case eventsForgotten = "events-forgotten"
    /// 429: Too many wrong codes.
    case tooManyAttempts = "too-many-attempts"
    /// 429: Too many requests.
    case tooManyRequests = "too-many-requests"
    /// 431: The head of the request is too large.
    case headTooLarge = "head-too-large"
    /// 500: Something broke.
    case internalError = "internal-error"
    /// 503: The service cannot answer now.
    case serviceUnavailable = "service-unavailable"
    /// 503: Whether it happened is not known yet.
    case outcomeUnknown = "outcome-unknown"
}
