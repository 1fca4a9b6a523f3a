import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Tries failed lines of a batch again, with money set apart anew. What was approved stays approved:
/// no more is paid than then.
struct RetryBatch: Sendable {
    let batch: UUID
    let community: UUID
    let client: UUID
    /// Ids for what is made on the way.
    let newID: @Sendable () -> UUID

    func callAsFunction(_ connection: Connection) throws -> Batch {
        let found = try BatchQueries.lockStanding(batch, community: community, connection)
        guard found.state == .partlyDone else {
            throw Problem(.batchNotRetryable, "The batch has no failed lines, or is not done yet.")
        }
        let amount = try RetryQueries.retryable(of: batch, community: community, connection)
        guard amount > 0 else {
            throw Problem(.batchNotRetryable, "Its lines failed for good.")
        }
        let commitment = try Commitment.open(
            for: found,
            batch: batch,
            community: community,
            connection
        )
        try connection.execute(RetryQueries.resume(batch, community: community))
        try commitment.take(amount, id: newID(), by: client, connection)
        try connection.execute(RetryQueries.reopen(batch, community: community))
        return try BatchQueries.changed(batch, community: community, connection)
    }
}
