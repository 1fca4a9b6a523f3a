import Logging
import Postgres
import ServiceLifecycle

/// Does a piece of background work at the start, whenever a channel speaks, and now and then.
///
/// A notification is only a hint, so the interval bounds how long a lost one can matter. Work that
/// fails is logged and tried again at the next occasion.
struct WorkLoop: Service {
    let channel: String
    let listener: NotificationListener
    let logger: Logger
    let work: @Sendable () async throws -> Void

    private static let interval: Duration = .seconds(5)

    /// Runs until graceful shutdown; occasions during the work count as one.
    func run() async {
        let (occasions, signal) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                let notifications = listener.notifications(channel)
                group.addTask { for await _ in notifications { signal.yield() } }
                group.addTask {
                    repeat {
                        signal.yield()
                    } while (try? await Task.sleep(for: Self.interval)) != nil
                }
                group.addTask {
                    for await _ in occasions { await attempt() }
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
