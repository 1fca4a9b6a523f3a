import API
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

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
        guard let found = try BatchQueries.lockStanding(batch, community: community, connection)
        else { throw Problem.notFound("batch") }
        guard [.draft, .validated, .approved].contains(found.state) else {
            throw Problem(.batchNotCancellable, "The batch was carried out, or never will be.")
        }
        try connection.execute(
            Self.cancel(batch, community: community, by: client, because: reason, at: now)
        )
        if found.state == .approved { try giveBack(found, connection) }
        try connection.notify(channel: Channel.batch, payload: "\(Identifier(batch))")
        let rows = try connection.query(BatchQueries.one(batch, community: community))
        return (try BatchQueries.decode(rows.one()), found.state)
    }

    /// The batch is locked, and nothing is set apart for it any more when the transaction ends.
    static func cancel(
        _ batch: UUID,
        community: UUID,
        by client: UUID,
        because reason: String,
        at moment: Instant
    ) -> SQL {
        """
        UPDATE disbursement.batch
           SET state = 'cancelled', cancelled_by = \(client),
               cancelled_at = \(Timestamp(moment)), cancellation_reason = \(reason)
         WHERE community_id = \(community) AND id = \(batch)
        """
    }

    private func giveBack(_ standing: BatchQueries.Standing, _ connection: Connection) throws {
        let commitment = try Commitment.open(
            for: standing,
            batch: batch,
            community: community,
            connection
        )
        try commitment.giveBack(standing.owed, id: newID(), by: client, connection)
    }
}
