import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Adds somebody's approval to a batch; the last one needed takes what the batch will pay out of the
/// programme, and the credits follow.
struct ApproveBatch: Sendable {
    let batch: UUID
    let community: UUID
    let client: UUID
    let now: Instant
    /// Ids for what is made on the way.
    let newID: @Sendable () -> UUID

    func callAsFunction(_ connection: Connection) throws -> Batch {
        let found = try BatchQueries.lockStanding(batch, community: community, connection)
        guard found.submittedBy != client else {
            throw Problem(.secondPersonRequired, "Whoever submits a batch cannot approve it.")
        }
        guard found.state == .validated else {
            throw Problem(.batchNotApprovable, "The batch does not wait for approval.")
        }
        let approved = try ApprovalQueries.add(
            client,
            to: batch,
            at: now,
            community: community,
            connection
        )
        guard let approvals = approved else {
            throw Problem(.secondPersonRequired, "Another person approves what you approved.")
        }
        if approvals == found.approvalsNeeded { try release(found, connection) }
        return try BatchQueries.changed(batch, community: community, connection)
    }

    private func release(_ standing: BatchQueries.Standing, _ connection: Connection) throws {
        let commitment = try Commitment.open(
            for: standing,
            batch: batch,
            community: community,
            connection
        )
        try connection.execute(
            ApprovalQueries.release(batch, community: community, by: client, at: now)
        )
        try commitment.take(standing.owed, id: newID(), by: client, connection)
    }
}
