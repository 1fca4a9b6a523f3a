package import Logging
import ServiceLifecycle

/// What a subscriber to a channel hears.
package enum Notification: Sendable, Equatable {
    /// Somebody notified the channel; the payload may be empty.
    case received(String)
    /// The connection was made, or made again. Whatever was notified until now may have been
    /// missed: read what it would have told.
    case reconnected
    /// The subscriber was too slow and older elements were dropped: read as after `reconnected`.
    case overflowed
}

/// Hears notifications on a connection and a thread of its own, and connects again by itself.
///
/// A notification is a hint to look, not a message: subscribers must find everything in tables.
package final class NotificationListener: Service, Sendable {
    /// Elements kept for a slow subscriber; then the oldest go and `overflowed` comes.
    package static let bufferLimit = 256

    private let configuration: DatabaseConfiguration
    private let channels: [String]
    private let subscribers = Subscribers()
    private let stop = StopSignal()
    private let logger: Logger

    /// Listens on these channels once `run` is called.
    package init(configuration: DatabaseConfiguration, channels: [String], logger: Logger) {
        self.configuration = configuration
        self.channels = channels
        self.logger = logger
    }

    /// The channel's notifications from now on. The stream ends when the listener does.
    package func notifications(_ channel: String) -> AsyncStream<Notification> {
        precondition(channels.contains(channel), "nobody listens on \(channel)")
        return subscribers.subscribe(to: channel)
    }

    /// Listens until graceful shutdown or cancellation. Call it once.
    package func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                startDatabaseThread(named: "postgres-listen") { [self] in
                    ListenLoop(
                        configuration,
                        channels: channels,
                        subscribers: subscribers,
                        stop: stop,
                        logger: logger
                    ).run()
                    subscribers.finish()
                    continuation.resume()
                }
            }
        } onCancelOrGracefulShutdown: {
            self.stop.signal()
        }
    }
}
