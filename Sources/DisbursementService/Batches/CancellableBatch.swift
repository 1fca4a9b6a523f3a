import API
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// A batch of which nothing was carried out, locked until the transaction ends.
struct CancellableBatch: Sendable {
    let id: UUID
    let community: UUID
    /// As it was found.
    let standing: BatchQueries.Standing

    /// Throws 404 when there is none, and 409 `batch-not-cancellable` when it is too late or for
    /// nothing.
    static func lock(
        _ id: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> CancellableBatch {
        let found = try BatchQueries.lockStanding(id, community: community, connection)
        guard [.draft, .validated, .approved].contains(found.state) else {
            throw Problem(.batchNotCancellable, "The batch was carried out, or never will be.")
        }
        return CancellableBatch(id: id, community: community, standing: found)
    }

    /// Gives so many minor units back to the programme, if the batch was approved: before, nothing is
    /// set apart for it.
    func giveBack(
        _ minorUnits: Int64,
        id transfer: UUID,
        by client: UUID,
        _ connection: Connection
    ) throws {
        guard standing.state == .approved else { return }
        let commitment = try Commitment.open(
            for: standing,
            batch: id,
            community: community,
            connection
        )
        try commitment.giveBack(minorUnits, id: transfer, by: client, connection)
    }

    /// The batch as it is now, and the state in which it was found.
    func changed(_ connection: Connection) throws -> (batch: Batch, before: BatchState) {
        (try BatchQueries.changed(id, community: community, connection), standing.state)
    }
}
