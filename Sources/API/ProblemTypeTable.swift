extension ProblemType {
    /// What every problem URI starts with.
    package static let base = "https://wijkmunt.example/problems/"

    /// The last part of the URI, such as `insufficient-funds`.
    package var code: String { rawValue }

    /// The `type` member of the answer.
    package var uri: String { Self.base + rawValue }

    /// The HTTP status that the problem is answered with, always.
    package var status: Int {
        switch self {
        case .malformedJson, .invalidRequest, .invalidAmount, .idempotencyKeyRequired,
            .unsupportedGrantType, .invalidScope, .invalidMandate, .invalidGrant,
            .invalidDpopProof, .useDpopNonce:
            400
        case .invalidClient, .unauthorized:
            401
        case .insufficientScope:
            403
        case .notFound:
            404
        case .methodNotAllowed:
            405
        case .notAcceptable:
            406
        case .idempotencyKeyInFlight, .coinExists, .depreciationPolicyExists, .aliasTaken,
            .ibanAlreadyLinked, .clientNumberLinked, .tooManyClientNumbers, .tooManyAliasChanges,
            .tooManyDevices,
            .clientNotActive, .paymentNotRequested, .paymentWithdrawn, .paymentExpired,
            .paymentNotAccepted, .alreadyRefunded, .proposalNotOpen, .payerCodeUsed,
            .paymentNotHeld, .holdEnded, .shiftOpen, .shiftClosed, .nothingToSettle,
            .settlementNotOpen,
            .bankReferenceReused, .fundingReferenceTaken, .bankCreditNotOpen,
            .settlementNotReleased, .ibanRequestNotOpen, .payoutNotOpen,
            .programmeChangeOpen, .programmeChangeNotOpen,
            .messageIdReused, .noLettersDue, .uploadOffset, .uploadIncomplete, .uploadBeingRead,
            .uploadNotOpen, .tooManyUploads, .batchNotApprovable, .lineNotParked,
            .batchNotRetryable,
            .batchNotCancellable, .lineNotCancellable, .lineNotWaiting, .fileNotReleasable,
            .grantBeingRecalled, .recallNotOpen, .standingInstructionState, .departureReported,
            .departureDecided, .departureNotConfirmed, .receiverGone,
            .cardNotBlank,
            .cardNotInUse, .cardExists, .tooManyWebhooks, .webhookDisabled, .personNotErasable:
            409
        case .payloadTooLarge:
            413
        case .uriTooLong:
            414
        case .unsupportedMediaType:
            415
        case .idempotencyKeyReused, .unknownCoin, .unknownParty, .unknownInstitution,
            .unknownMerchant, .unknownRecipient, .unknownGeofence,
            .activationCodeMistyped, .activationCodeInvalid, .activationCodeExpired,
            .ibanMismatch, .clientNumberMismatch, .geofenceInvalid, .policyInvalid,
            .localityUnset, .coinNotAccepted, .shopPlaceUnverified, .shopSuspended, .sameWallet,
            .insufficientFunds, .aboveCeiling, .dailyLimit, .accountNotOpen,
            .approvalSignatureInvalid,
            .approvalMismatch, .positionClaimRequired, .positionDigestMismatch,
            .localityRefused, .outsideMandate, .refundExceeds, .correctionNotLess,
            .correctionTooLate, .refundsOwed, .discountUnavailable, .discountExhausted,
            .earmarkedElsewhere, .programmeBarred, .discountInvalid, .unknownGroup,
            .unknownDiscount,
            .captureExceeds, .reservationNeedsPhone, .statementTooLong, .notCorrectable,
            .unknownProgramme,
            .challengeExpired, .payerCodeInvalid, .payerCodeExpired,
            .payerCodeLimit, .distanceSellingNotPermitted,
            .unknownWallet,
            .nothingToRedeem, .ibanNotVerified, .redemptionTooSmall, .bankAnswerUnreadable,
            .otherBankAccount, .fundedByStatement, .nothingToExtend,
            .uploadDamaged, .secondPersonRequired, .lessThanPromised, .outsideCreditRules,
            .budgetExceeded, .nothingToRecall, .unknownCard, .weakPin, .cardRefused, .cardBlocked,
            .cardLimit,
            .webhookUrlRefused, .eventsForgotten:
            422
        case .tooManyAttempts, .tooManyRequests:
            429
        case .headTooLarge:
            431
        case .internalError:
            500
        case .serviceUnavailable, .outcomeUnknown:
            503
        }
    }

    /// The `title` member of the answer, the same every time.
    package var title: String {
        switch self {
        case .malformedJson: "The body is not JSON"
        case .invalidRequest: "The request does not follow the document"
        case .invalidAmount: "The amount does not have the coin's digits"
        case .idempotencyKeyRequired: "An Idempotency-Key is required"
        case .unsupportedGrantType: "The grant type is not supported"
        case .invalidScope: "The scope is unknown or not allowed"
        case .invalidMandate: "The mandate is not in force"
        case .invalidGrant: "The grant is not valid"
        case .invalidDpopProof: "The proof of possession does not count"
        case .useDpopNonce: "The proof of possession needs a nonce"
        case .invalidClient: "The client is not authenticated"
        case .unauthorized: "A valid access token is required"
        case .insufficientScope: "The token does not have the scope"
        case .notFound: "Not found"
        case .methodNotAllowed: "The method is not allowed here"
        case .notAcceptable: "No acceptable representation"
        case .idempotencyKeyInFlight: "The first request with this key is still running"
        case .depreciationPolicyExists:
            "The coin or programme has a depreciation policy already"
        case .coinExists: "The community already has a coin with this code"
        case .aliasTaken: "The alias is taken"
        case .tooManyAliasChanges: "The alias was changed too often"
        case .tooManyDevices: "The person has too many devices"
        case .ibanAlreadyLinked: "The IBAN is linked to somebody else"
        case .clientNumberLinked: "The client number is linked to somebody else"
        case .tooManyClientNumbers: "The person has too many client numbers"
        case .clientNotActive: "The client is not active"
        case .paymentNotRequested: "The payment no longer waits for acceptance"
        case .paymentWithdrawn: "The payment was withdrawn"
        case .paymentExpired: "The payment has expired"
        case .paymentNotAccepted: "The payment was never accepted"
        case .alreadyRefunded: "The payment is already refunded"
        case .proposalNotOpen: "The proposal does not wait any more"
        case .payerCodeUsed: "The payer's code was used"
        case .paymentNotHeld: "Nothing is held for the payment"
        case .holdEnded: "The hold has ended"
        case .shiftOpen: "The till or the cashier has an open shift"
        case .shiftClosed: "The shift is closed"
        case .nothingToSettle: "There is nothing to settle"
        case .settlementNotOpen: "The settlement is not open"
        case .bankReferenceReused: "The bank reference was used before"
        case .fundingReferenceTaken: "The funding reference is taken"
        case .bankCreditNotOpen: "The bank's credit does not wait for a decision"
        case .settlementNotReleased: "The settlement is not released"
        case .ibanRequestNotOpen: "The request for a bank account is not open"
        case .payoutNotOpen: "Somebody has decided about the payout"
        case .programmeChangeOpen: "A change of the programme waits for a decision"
        case .programmeChangeNotOpen: "Somebody has decided about the change"
        case .messageIdReused: "The message id belongs to another file"
        case .uploadOffset: "The part does not begin where the file ends"
        case .uploadIncomplete: "The file has not arrived whole"
        case .uploadBeingRead: "The file is being read"
        case .uploadNotOpen: "The upload is not open"
        case .tooManyUploads: "Too many files are on their way"
        case .uploadDamaged: "The file is not the one that was announced"
        case .noLettersDue: "No letter is due"
        case .batchNotApprovable: "The batch cannot be approved"
        case .lineNotParked: "The line is not parked"
        case .batchNotRetryable: "The batch cannot be tried again"
        case .batchNotCancellable: "The batch cannot be cancelled"
        case .lineNotCancellable: "The line cannot be cancelled"
        case .lineNotWaiting: "The line does not wait"
        case .fileNotReleasable: "The file cannot be released"
        case .grantBeingRecalled: "The grant is being recalled"
        case .recallNotOpen: "The recall is not open"
        case .standingInstructionState: "The standing instruction does not allow this now"
        case .departureReported: "The person has departed already"
        case .departureDecided: "The departure was decided"
        case .departureNotConfirmed: "The departure is not confirmed"
        case .receiverGone: "The receiver died or moved away"
        case .cardNotBlank: "The card is not blank"
        case .cardNotInUse: "The card is not in use"
        case .cardExists: "The person has a card"
        case .tooManyWebhooks: "The merchant has too many webhooks"
        case .webhookDisabled: "The webhook is disabled"
        case .personNotErasable: "The person cannot be erased yet"
        case .payloadTooLarge: "The body is too large"
        case .uriTooLong: "The address is too long"
        case .unsupportedMediaType: "The media type is not supported"
        case .idempotencyKeyReused: "The key was used for another request"
        case .unknownCoin: "The coin is unknown"
        case .unknownParty: "The party is unknown"
        case .unknownInstitution: "The institution is unknown"
        case .unknownMerchant: "The merchant is unknown"
        case .unknownRecipient: "The recipient is unknown"
        case .unknownGeofence: "The geofence is unknown"
        case .activationCodeMistyped: "The activation code was mistyped"
        case .activationCodeInvalid: "The activation code is not valid"
        case .activationCodeExpired: "The activation code has expired"
        case .ibanMismatch: "The IBAN is not the one that was linked"
        case .clientNumberMismatch: "The client number is not the one that was linked"
        case .geofenceInvalid: "The area is not a valid polygon"
        case .policyInvalid: "The rules do not go together"
        case .localityUnset: "The coin has no locality policy in force"
        case .coinNotAccepted: "The merchant does not take this coin"
        case .shopPlaceUnverified: "The place of the shop is not verified"
        case .shopSuspended: "The shop is suspended"
        case .sameWallet: "Payer and receiver are the same wallet"
        case .insufficientFunds: "There is not enough available"
        case .aboveCeiling: "The amount goes above a ceiling"
        case .dailyLimit: "The day's limit of a wallet is reached"
        case .accountNotOpen: "An account is not open"
        case .approvalSignatureInvalid: "The signature of the approval is not valid"
        case .approvalMismatch: "The approval is for something else"
        case .challengeExpired: "The code of the till is no longer the one shown"
        case .payerCodeInvalid: "The payer's code is not right"
        case .payerCodeExpired: "The payer's code has expired"
        case .payerCodeLimit: "The payer's code does not allow so much"
        case .distanceSellingNotPermitted: "The coin is not for distance selling"
        case .positionClaimRequired: "A position claim is required"
        case .positionDigestMismatch: "The position claim is not the signed one"
        case .localityRefused: "The coin may not be spent here"
        case .outsideMandate: "The mandate does not reach so far"
        case .refundExceeds: "The refund is more than is left of the payment"
        case .correctionNotLess: "The right amount is not less than what was paid"
        case .correctionTooLate: "It is too late to correct the amount at the till"
        case .refundsOwed: "The merchant owes refunds"
        case .discountUnavailable: "The discount is not for this payment"
        case .discountExhausted: "The money for the discount has run out"
        case .earmarkedElsewhere: "The money is meant for other shops"
        case .programmeBarred: "The money may not be spent at this place"
        case .discountInvalid: "The members of the discount do not go together"
        case .unknownGroup: "The group is unknown"
        case .unknownDiscount: "The discount is unknown"
        case .captureExceeds: "The capture is more than is held"
        case .reservationNeedsPhone: "A reservation needs a phone"
        case .statementTooLong: "The statement is too long for this form"
        case .notCorrectable: "The transfer cannot be corrected so"
        case .unknownProgramme: "The programme is unknown"
        case .unknownWallet: "The wallet is unknown"
        case .nothingToRedeem: "There is nothing to redeem"
        case .ibanNotVerified: "The merchant's bank account is not verified"
        case .redemptionTooSmall: "The redemption is smaller than its fee"
        case .bankAnswerUnreadable: "The file is no answer of a bank"
        case .otherBankAccount: "The euros are on another bank account"
        case .fundedByStatement: "The bank's statements fund the programme"
        case .nothingToExtend: "The money of the programme has no end"
        case .secondPersonRequired: "A second person is required"
        case .lessThanPromised: "People were promised more"
        case .outsideCreditRules: "The rules of the programme do not allow it"
        case .budgetExceeded: "The programme has not enough budget"
        case .nothingToRecall: "Nothing is left to recall"
        case .unknownCard: "The card is unknown"
        case .weakPin: "The PIN is too easy to guess"
        case .cardRefused: "The card or its PIN is not right"
        case .cardBlocked: "The card is blocked"
        case .cardLimit: "The amount is above the limit of cards"
        case .webhookUrlRefused: "Events cannot be sent to this address"
        case .eventsForgotten: "The events after that one are no longer kept"
        case .tooManyAttempts: "Too many wrong codes"
        case .tooManyRequests: "Too many requests"
        case .headTooLarge: "The head of the request is too large"
        case .internalError: "Something broke"
        case .serviceUnavailable: "The service cannot answer now"
        case .outcomeUnknown: "Whether it happened is not known yet"
        }
    }
}
