import API
import Domain
import FoundationEssentials
import ServiceKit

/// What a refused payment is told.
enum PaymentProblems {
    static let localityUnset = Problem(
        .localityUnset,
        "The board has not set yet where this coin may be spent."
    )
    static let claimRequired = Problem(
        .positionClaimRequired,
        "This coin needs the position of the phone."
    )

    static let expired = Problem(
        .paymentExpired,
        "The payment was not accepted in time; the till asks for it anew."
    )
    static let notRequested = Problem(
        .paymentNotRequested,
        "The payment is not waiting for a payer; look at it on the till before asking again."
    )
    static let challengeExpired = Problem(
        .challengeExpired,
        "That code was on the till's screen some time ago; scan the one that is there now."
    )
    static let noDistanceSelling = Problem(
        .distanceSellingNotPermitted,
        "This coin is not for paying from elsewhere; the payer can come to the till."
    )

    static let withdrawn = Problem(
        .paymentWithdrawn,
        "The till that asked for this payment is no longer in use."
    )

    static let shopSuspended = Problem(
        .shopSuspended,
        "The community has suspended this shop; let the customer pay in another way."
    )

    /// The locality reason of a word `programme-barred:…` that is no reason any more is told as it is.
    static func programmeBarred(_ reason: some StringProtocol) -> Problem {
        let text = LocalityRefusal(rawValue: String(reason))?.text(in: .english)
        return Problem(
            .programmeBarred,
            "There is not enough that may be spent here (\(reason)). "
                + (text ?? "Let the payer pay in another way.")
        )
    }

    static func refused(_ verdict: API.LocalityVerdict) -> Problem {
        let reasons = verdict.rules.compactMap(\.reason).joined(separator: ", ")
        return Problem(
            .localityRefused,
            "This coin may not be spent here: \(reasons).",
            verdict: verdict
        )
    }

    /// Throws unless the payment can still be accepted.
    static func requireOpen(_ payment: StoredPayment, at now: Instant) throws {
        switch payment.currentState(at: now) {
        case .requested: return
        case .expired: throw expired
        case .refused: throw withdrawn
        case .accepted, .refunded, .held, .captured, .voided: throw notRequested
        }
    }
}

/// Why a payment is not accepted or given back, in the words of `merchant.accept_payments`,
/// `merchant.refund_payments` and `merchant.correct_payment`.
enum PaymentRefusal: String {
    case paymentNotFound = "payment-not-found"
    case paymentExpired = "payment-expired"
    case paymentNotRequested = "payment-not-requested"
    case paymentWithdrawn = "payment-withdrawn"
    case paymentNotAccepted = "payment-not-accepted"
    case alreadyRefunded = "already-refunded"
    case refundExceeds = "refund-exceeds"
    case discountUnavailable = "discount-unavailable"
    case discountExhausted = "discount-exhausted"
    case earmarkedElsewhere = "earmarked-elsewhere"
    case shopSuspended = "shop-suspended"
    case correctionNotLess = "correction-not-less"
    case correctionTooLate = "correction-too-late"

    /// Another policy or geofence is in force than the one that was judged by.
    static let staleVerdict = "stale-verdict"
    /// The same as an error: what the statement did is undone, and all is judged anew.
    struct StaleVerdict: Error {}

    /// Before the reason of place for which there is too little.
    private static let programmeBarred = "programme-barred:"

    /// Throws the problem of every word but that the money has moved.
    static func requirePosted(_ outcome: GroupedOutcome) throws {
        if let refusal = PaymentRefusal(rawValue: outcome.word) { throw refusal.problem }
        if outcome.word.hasPrefix(programmeBarred) {
            throw PaymentProblems.programmeBarred(
                outcome.word.dropFirst(programmeBarred.count)
            )
        }
        try outcome.requirePosted()
    }

    /// The same for a request that is no part of a group; throws `StaleVerdict` too.
    static func requirePosted(_ word: String, requestID: UUID) throws {
        if word == staleVerdict { throw StaleVerdict() }
        try requirePosted(GroupedOutcome(word: word, requestID: requestID, isReplay: false))
    }

    /// The refusal as the client is told.
    var problem: Problem {
        switch self {
        case .paymentNotFound: Problem.notFound("payment")
        case .paymentExpired: PaymentProblems.expired
        case .paymentNotRequested: PaymentProblems.notRequested
        case .paymentWithdrawn: PaymentProblems.withdrawn
        case .paymentNotAccepted: Problem(.paymentNotAccepted, "Nothing was paid yet.")
        case .alreadyRefunded:
            Problem(.alreadyRefunded, "The payment was given back already.")
        case .refundExceeds:
            Problem(.refundExceeds, "That much is not left to give back.")
        case .discountUnavailable:
            Problem(
                .discountUnavailable,
                "The discount is not for this payer or payment, or less is left than was signed."
            )
        case .discountExhausted:
            Problem(.discountExhausted, "Others took the last of this discount.")
        case .earmarkedElsewhere:
            Problem(
                .earmarkedElsewhere,
                "There is not enough for this shop; other money is meant for other shops."
            )
        case .shopSuspended: PaymentProblems.shopSuspended
        case .correctionNotLess:
            Problem(.correctionNotLess, "Only too much can be corrected; ask for the rest.")
        case .correctionTooLate:
            Problem(.correctionTooLate, "By now only the owner can give something back.")
        }
    }
}
