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

    /// One by one: each takes all its lines or parts along. What fails of one kind keeps no other.
    private func clean() async {
        let moment = Timestamp(microseconds: clock.now().microseconds - Self.ageMicroseconds)
        await takeAway(IntakeQueries.discardOne(begunBefore: moment)) {
            logger.notice("took away a file that never arrived whole")
        }
        await takeAway(UploadQueries.forgetOne)
        await takeAway(UploadQueries.forgetPartsOfOne)
    }

    /// Runs a statement that takes one away until it finds none.
    private func takeAway(_ one: SQL, andTell tell: () -> Void = {}) async {
        do {
            try await Tenant.acrossCommunities {
                while try await database.execute(one) > 0 { tell() }
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error("cannot clean up", metadata: ["error": "\(error)"])
        }
    }
}
