import FoundationEssentials
import Logging
import Postgres

/// Carries out approved batches whose day has come, set by set; what was begun before a restart is
/// taken up again.
struct CarryOutBatches: Sendable {
    let database: Database
    /// Ids for what is made on the way.
    let newID: @Sendable () -> UUID
    let logger: Logger

    func callAsFunction() async throws {
        let due = try await Tenant.acrossCommunities {
            try await database.query(ExecutionQueries.due) { rows in
                try rows.map { try ApprovedBatch.Key($0.decode(UUID.self, UUID.self)) }
            }
        }
        for key in due {
            await Tenant.community(key.community).perform { await carryOut(key) }
        }
    }

    /// One that cannot be carried out now must not keep the others.
    private func carryOut(_ key: ApprovedBatch.Key) async {
        do {
            var place: Int32? = 0
            while let reached = place {
                place = try await database.transaction { connection in
                    try CreditNextSet(batch: key, newID: newID, place: reached)(connection)
                }
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error(
                "a batch cannot be carried out now",
                metadata: ["batch": "\(key.id)", "error": "\(error)"]
            )
        }
    }
}
