package import Logging
package import Postgres
import ServiceLifecycle

/// Does a piece of background work at the start, at every interval, and whenever a channel speaks.
///
/// A notification is only a hint, so the interval bounds how long a lost one can matter. Work that
/// fails is logged and tried again at the next occasion.
package struct WorkLoop: Service {
    private let interval: Duration
    private let restFactor: Int
    private let notifications: @Sendable () -> AsyncStream<Postgres.Notification>?
    private let logger: Logger
    private let work: @Sendable () async throws -> Void

    /// A loop that works when the time comes, and after work rests `restFactor` times as long as that
    /// took: with 19, it works for a twentieth of the time at most.
    package init(
        interval: Duration,
        restFactor: Int = 0,
        logger: Logger,
        work: @escaping @Sendable () async throws -> Void
    ) {
        self.interval = interval
        self.restFactor = restFactor
        notifications = { nil }
        self.logger = logger
        self.work = work
    }

    /// A loop that also works when it hears of something; at the interval when it does not.
    package init(
        channel: String,
        listener: NotificationListener,
        interval: Duration = .seconds(5),
        logger: Logger,
        work: @escaping @Sendable () async throws -> Void
    ) {
        self.interval = interval
        restFactor = 0
        notifications = { listener.notifications(channel) }
        self.logger = logger
        self.work = work
    }

    /// Runs until graceful shutdown; occasions during the work count as one.
    package func run() async {
        let (occasions, signal) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                if let notifications = notifications() {
                    group.addTask { for await _ in notifications { signal.yield() } }
                }
                group.addTask {
                    repeat {
                        signal.yield()
                    } while (try? await Task.sleep(for: interval)) != nil
                }
                group.addTask {
                    for await _ in occasions {
                        let duration = await ContinuousClock().measure { await attempt() }
                        try? await Task.sleep(for: duration * restFactor)
                    }
                }
                await group.waitForAll()
            }
        }
    }

    private func attempt() async {
        do {
            try await work()
        } catch is CancellationError {
            return
        } catch {
            logger.error("background work failed", metadata: ["error": "\(error)"])
        }
    }
}
