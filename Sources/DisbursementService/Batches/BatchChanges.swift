import API
import FoundationEssentials
import Postgres

/// Tells of one batch when something may have changed.
enum BatchChanges {
    /// An element for every notification about the batch, and where one may have been missed.
    static func stream(of batch: UUID, _ listener: NotificationListener) -> AsyncStream<Void> {
        let name = Identifier(batch).description
        let notifications = listener.notifications(Channel.batch)
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
