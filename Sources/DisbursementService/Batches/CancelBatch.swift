import API
import FoundationEssentials
import Postgres

/// Withdraws a batch of which nothing was carried out; what was set apart for it goes back.
struct CancelBatch: Sendable {
    let batch: UUID
    let community: UUID
    let client: UUID
    let reason: String
    let now: Instant
    /// Ids for what is made on the way.
    let newID: @Sendable () -> UUID

    /// The batch, and the state it was in before.
    func callAsFunction(_ connection: Connection) throws -> (batch: Batch, before: BatchState) {
        let found = try CancellableBatch.lock(batch, to: .whole, community: community, connection)
        try connection.execute(
            BatchQueries.cancel(
                batch,
                community: community,
                by: client,
                because: reason,
                at: now
            )
        )
        try found.giveBack(found.standing.owed, id: newID(), by: client, connection)
        return try found.changed(connection)
    }
}
