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
        case .expired: throw Problem(.paymentExpired, "The payment was not accepted in time.")
        case .accepted, .refused, .refunded:
            throw Problem(.paymentNotRequested, "The payment is not waiting for a payer.")
        }
    }
}
