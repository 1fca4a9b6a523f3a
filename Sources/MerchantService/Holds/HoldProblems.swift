import API
import ServiceKit

/// Why an act on a reservation is refused, in the words of `merchant.capture_payment` and
/// `merchant.void_payment`.
enum HoldRefusal: String {
    case paymentNotFound = "payment-not-found"
    case paymentNotHeld = "payment-not-held"
    case holdEnded = "hold-ended"
    case coinNotAccepted = "coin-not-accepted"
    case captureExceeds = "capture-exceeds"
    case vatExceeds = "vat-exceeds"

    /// A card holder sees nothing of what would be kept, and for how long.
    static let needsPhone = Problem(
        .reservationNeedsPhone,
        "Coins are reserved with a phone, which shows how long they are kept."
    )

    /// The refusal as the client is told.
    var problem: Problem {
        switch self {
        case .paymentNotFound: Problem.notFound("payment")
        case .paymentNotHeld:
            Problem(.paymentNotHeld, "Nothing was reserved with this payment.")
        case .holdEnded: Problem(.holdEnded, "Nothing is held any more.")
        case .coinNotAccepted:
            Problem(.coinNotAccepted, "The reservation is in another coin.")
        case .captureExceeds: Problem(.captureExceeds, "Less than that is still held.")
        case .vatExceeds: Problem.invalid("/vat", "adds up to more than the amount")
        }
    }
}
