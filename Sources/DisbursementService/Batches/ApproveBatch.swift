import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Lets a second person claim the budget for a batch; the credits follow at once.
struct ApproveBatch: Sendable {
    let batch: UUID
    let community: UUID
    let client: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Batch {
        guard let found = try BatchQueries.standing(batch, community: community, connection) else {
            throw Problem.notFound("batch")
        }
        guard found.submittedBy != client else {
            throw Problem(.secondPersonRequired, "Whoever submits a batch cannot approve it.")
        }
        let unclaimed = try ProgrammeQueries.lockUnclaimed(
            found.programme,
            community: community,
            connection
        )
        // Read anew behind the lock: somebody may have decided meanwhile.
        guard
            let standing = try BatchQueries.lockStanding(batch, community: community, connection),
            standing.state == "validated"
        else {
            throw Problem(.batchNotApprovable, "The batch does not wait for approval.")
        }
        guard standing.total <= unclaimed else {
            throw Problem(
                .budgetExceeded,
                "The programme has less available than the batch would take."
            )
        }
        try connection.execute(
            """
            UPDATE disbursement.batch
               SET state = 'approved', approved_by = \(client), approved_at = \(Timestamp(now))
             WHERE community_id = \(community) AND id = \(batch)
            """
        )
        try connection.notify(channel: Channel.batch, payload: "\(Identifier(batch))")
        let rows = try connection.query(BatchQueries.one(batch, community: community))
        return try BatchQueries.decode(rows.one())
    }
}
