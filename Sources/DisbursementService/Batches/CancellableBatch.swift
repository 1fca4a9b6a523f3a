import API
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// A batch that still has something to cancel, locked until the transaction ends: nobody credits lines of
/// it meanwhile.
struct CancellableBatch: Sendable {
    let id: UUID
    let community: UUID
    /// As it was found.
    let standing: BatchQueries.Standing

    /// As a whole, or line by line, which is possible on the days between its first and its last one too.
    enum Extent: Sendable {
        case whole, lines
    }

    /// Throws 404 when there is none, and 409 `batch-not-cancellable` when it is too late or for
    /// nothing.
    static func lock(
        _ id: UUID,
        to extent: Extent,
        community: UUID,
        _ connection: Connection
    ) throws -> CancellableBatch {
        let found = try BatchQueries.lockStanding(id, community: community, connection)
        switch (found.state, extent) {
        case (.draft, _), (.validated, _), (.approved, _), (.executing, .lines):
            return CancellableBatch(id: id, community: community, standing: found)
        case (.executing, .whole):
            throw Problem(
                .batchNotCancellable,
                "The batch is being carried out; lines whose day has not come can be cancelled."
            )
        default:
            throw Problem(.batchNotCancellable, "The batch was carried out, or never will be.")
        }
    }

    /// Gives so many minor units back to the programme, if the batch was approved: before, nothing is
    /// set apart for it.
    func giveBack(
        _ minorUnits: Int64,
        id transfer: UUID,
        by client: UUID,
        _ connection: Connection
    ) throws {
        guard [.approved, .executing].contains(standing.state) else { return }
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
