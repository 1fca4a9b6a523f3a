import Logging
import Postgres
import ServiceLifecycle

/// Does a piece of background work at the start, whenever a channel speaks, and now and then.
///
/// A notification is only a hint, so the interval bounds how long a lost one can matter. Work that
/// fails is logged and tried again at the next occasion.
struct WorkLoop: Sendable {
    let channels: [String]
    let listener: NotificationListener
    let interval: Duration
    let logger: Logger

    /// Runs until graceful shutdown; occasions during the work count as one.
    func run(_ work: @escaping @Sendable () async throws -> Void) async {
        let (occasions, signal) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for channel in channels {
                    let notifications = listener.notifications(channel)
                    group.addTask { for await _ in notifications { signal.yield() } }
                }
                group.addTask { [interval] in
                    repeat { signal.yield() } while (try? await Task.sleep(for: interval)) != nil
                }
                group.addTask {
                    for await _ in occasions { await attempt(work) }
                }
                await group.waitForAll()
            }
        }
    }

    private func attempt(_ work: @Sendable () async throws -> Void) async {
        do {
            try await work()
        } catch is CancellationError {
            return
        } catch {
            logger.error("background work failed", metadata: ["error": "\(error)"])
        }
    }
}
