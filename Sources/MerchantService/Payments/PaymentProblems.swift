import API
import Domain
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

    static let expired = Problem(.paymentExpired, "The payment was not accepted in time.")
    static let notRequested = Problem(
        .paymentNotRequested,
        "The payment is not waiting for a payer."
    )

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
        case .accepted, .refused, .refunded: throw notRequested
        }
    }
}

/// Why a payment is not accepted or given back before the ledger is asked, in the words of
/// `merchant.accept_payments` and `merchant.refund_payments`.
enum PaymentRefusal: String {
    case paymentNotFound = "payment-not-found"
    case paymentExpired = "payment-expired"
    case paymentNotRequested = "payment-not-requested"
    case paymentNotAccepted = "payment-not-accepted"
    case alreadyRefunded = "already-refunded"
    case refundExceeds = "refund-exceeds"

    /// Another policy or geofence is in force than the one that was judged by.
    static let staleVerdict = "stale-verdict"

    /// Throws the problem of every word but that the money has moved.
    static func requirePosted(_ outcome: GroupedOutcome) throws {
        if let refusal = PaymentRefusal(rawValue: outcome.word) { throw refusal.problem }
        try outcome.requirePosted()
    }

    /// The refusal as the client is told.
    var problem: Problem {
        switch self {
        case .paymentNotFound: Problem.notFound("payment")
        case .paymentExpired: PaymentProblems.expired
        case .paymentNotRequested: PaymentProblems.notRequested
        case .paymentNotAccepted: Problem(.paymentNotAccepted, "Nothing was paid yet.")
        case .alreadyRefunded:
            Problem(.alreadyRefunded, "The payment was given back already.")
        case .refundExceeds:
            Problem(.refundExceeds, "Only the whole amount can be given back.")
        }
    }
}
