import API
import ServiceKit

/// Why the code of a payer's phone is refused, in the words of `merchant.accept_payer_code`, and in
/// those that need no database.
enum PayerCodeRefusal: String, CaseIterable {
    /// No code, another's signature, no phone, or a revoked one: which of these is not told.
    case invalid = "payer-code-invalid"
    case expired = "payer-code-expired"
    case limit = "payer-code-limit"
    case used = "payer-code-used"

    /// The refusal as the till is told.
    var problem: Problem {
        switch self {
        case .invalid:
            Problem(
                .payerCodeInvalid,
                "This is no code of a phone that may pay; scan it again, or let the phone scan."
            )
        case .expired:
            Problem(
                .payerCodeExpired,
                "The code has expired; the payer shows a new one. Expired too: its clock is wrong."
            )
        case .limit:
            Problem(.payerCodeLimit, "The payer allowed less; a new code can allow more.")
        case .used:
            Problem(.payerCodeUsed, "The code was charged before; the payer shows a new one.")
        }
    }
}
