import API
import ServiceKit

/// Why a payment by card is refused, in the words of `merchant.accept_card_payment`.
enum CardRefusal: String {
    /// No such card, not in use, another PIN, or too many wrong ones: which of these is not told.
    case refused = "card-refused"
    /// Told only to whoever knows the PIN.
    case blocked = "card-blocked"
    case limit = "card-limit"

    /// The refusal as the till is told.
    var problem: Problem {
        switch self {
        case .refused: Problem(.cardRefused, "The card or its PIN is not right.")
        case .blocked: Problem(.cardBlocked, "The card is blocked; a counter can help.")
        case .limit: Problem(.cardLimit, "That is more than goes by card, at once or in a day.")
        }
    }
}
