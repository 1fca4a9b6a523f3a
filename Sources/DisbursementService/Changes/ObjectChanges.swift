import API
import FoundationEssentials
import Postgres

/// Tells of one object when something may have changed.
enum ObjectChanges {
    /// An element for every notification about the object, and where one may have been missed.
    static func stream(
        of object: UUID,
        on channel: String,
        _ listener: NotificationListener
    ) -> AsyncStream<Void> {
        let name = Identifier(object).description
        let notifications = listener.notifications(channel)
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let forwarding = Task {
                for await notification in notifications {
                    switch notification {
                    case .received(let payload) where payload != name: continue
                    case .received, .reconnected, .overflowed: continuation.yield()
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in forwarding.cancel() }
        }
    }
}
