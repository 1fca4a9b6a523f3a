import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Withdraws a batch that nobody has approved.
struct CancelBatch: Sendable {
    let batch: UUID
    let community: UUID
    let client: UUID
    let reason: String
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Batch {
        guard let found = try BatchQueries.lockStanding(batch, community: community, connection)
        else { throw Problem.notFound("batch") }
        guard found.state == "validated" else {
            throw Problem(.batchNotCancellable, "The batch does not wait for approval.")
        }
        try connection.execute(
            """
            UPDATE disbursement.batch
               SET state = 'cancelled', cancelled_by = \(client),
                   cancelled_at = \(Timestamp(now)), cancellation_reason = \(reason)
             WHERE community_id = \(community) AND id = \(batch)
            """
        )
        try connection.notify(channel: Channel.batch, payload: "\(Identifier(batch))")
        let rows = try connection.query(BatchQueries.one(batch, community: community))
        return try BatchQueries.decode(rows.one())
    }
}
