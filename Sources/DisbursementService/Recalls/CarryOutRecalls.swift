import FoundationEssentials
import Logging
import Postgres

/// Takes back what recalls that are due may take, one commit each; any number of instances may do so.
struct CarryOutRecalls: Sendable {
    let database: Database
    let logger: Logger

    func callAsFunction() async throws {
        let due = try await Tenant.acrossCommunities {
            try await database.query(RecallQueries.due, RecallQueries.keys)
        }
        for key in due {
            await Tenant.community(key.community).perform { await carryOut(key) }
        }
    }

    /// One that cannot be carried out now must not keep the others.
    private func carryOut(_ key: RecallQueries.Key) async {
        do {
            _ = try await database.transaction { connection in
                try connection.query(RecallQueries.carryOut(key)).one().decode(Int64?.self)
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error(
                "a recall cannot be carried out now",
                metadata: ["recall": "\(key.id)", "error": "\(error)"]
            )
        }
    }
}
