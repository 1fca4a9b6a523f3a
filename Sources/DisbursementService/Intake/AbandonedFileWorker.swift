import API
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle

/// Takes away what is left of files that never arrived whole, because a service was killed or
/// their sender went away.
struct AbandonedFileWorker: Service {
    let database: Database
    let clock: Clock
    let logger: Logger

    private static let interval: Duration = .seconds(600)
    private static let ageMicroseconds: Int64 = 60 * 60 * 1_000_000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { await clean() } while (try? await Task.sleep(for: Self.interval)) != nil
        }
    }

    private func clean() async {
        let moment = Timestamp(microseconds: clock.now().microseconds - Self.ageMicroseconds)
        do {
            try await Tenant.acrossCommunities {
                // One by one: each takes all its lines along.
                while try await database.execute(IntakeQueries.discardOne(begunBefore: moment)) > 0
                {
                    logger.notice("took away a file that never arrived whole")
                }
                while try await database.execute(UploadQueries.forgetOne) > 0 {}
                while try await database.execute(UploadQueries.forgetPartsOfOne) > 0 {}
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error("cannot clean up", metadata: ["error": "\(error)"])
        }
    }
}
