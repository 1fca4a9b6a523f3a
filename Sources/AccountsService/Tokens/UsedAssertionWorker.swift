import Logging
import Postgres
import ServiceLifecycle

/// Keeps the table of used assertions as small as the assertions that could still be replayed.
struct UsedAssertionWorker: Service {
    let database: Database
    let logger: Logger

    private static let interval: Duration = .seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while true {
                do {
                    try await Task.sleep(for: Self.interval)
                    try await database.execute(TokenQueries.forgetExpired)
                } catch is CancellationError {
                    return
                } catch {
                    // Tried again in a minute; until then the table is only larger.
                    logger.warning(
                        "used assertions not purged",
                        metadata: ["error": "\(error)"]
                    )
                }
            }
        }
    }
}
