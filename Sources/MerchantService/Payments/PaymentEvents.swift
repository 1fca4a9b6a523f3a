import API
import FoundationEssentials
import Postgres

/// Tells who watches a payment that it changed, whichever instance changed it.
struct PaymentEvents: Sendable {
    /// Announced by the functions that change payments; the payload is the payment's id.
    static let channel = "merchant_payment"

    let listener: NotificationListener

    /// An element whenever the payment may have changed.
    func changes(of payment: UUID) -> AsyncStream<Void> {
        let name = Identifier(payment).description
        let notifications = listener.notifications(Self.channel)
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let forwarding = Task {
                for await notification in notifications {
                    switch notification {
                    case .received(name), .reconnected, .overflowed: continuation.yield()
                    case .received: continue
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in forwarding.cancel() }
        }
    }
}
