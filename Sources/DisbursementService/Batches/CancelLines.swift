import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Takes lines out of a batch before their day; what was set apart for them goes back. When no line is left
/// to pay, the batch is cancelled, or done if others were paid.
struct CancelLines: Sendable {
    let cancellation: LineCancellation
    let batch: UUID
    let community: UUID
    let client: UUID
    let now: Instant
    /// Ids for what is made on the way.
    let newID: @Sendable () -> UUID

    /// The batch, and the state it was in before.
    func callAsFunction(_ connection: Connection) throws -> (batch: Batch, before: BatchState) {
        let found = try CancellableBatch.lock(batch, to: .lines, community: community, connection)
        let lines = LineCancellationQueries(
            batch: batch,
            community: community,
            numbers: Set(cancellation.lines).map { Int32(clamping: $0) }
        )
        let open = try lines.open(connection)
        guard open.count == lines.numbers.count else {
            throw Problem(.lineNotCancellable, "Not all of these lines can still be cancelled.")
        }
        // Accounts are locked before the rows that count lines.
        try found.giveBack(open.amount, id: newID(), by: client, connection)
        try lines.drop(connection)
        if found.standing.state == .executing {
            let key = ApprovedBatch.Key((community: community, id: batch))
            try ExecutionQueries.conclude(ApprovedBatch(key: key, today: nil), connection)
        } else {
            try conclude(lines, connection)
        }
        return try found.changed(connection)
    }

    /// Of a batch of which nothing was carried out.
    private func conclude(
        _ lines: LineCancellationQueries,
        _ connection: Connection
    ) throws {
        let left = try ParkingQueries.left(of: batch, community: community, connection)
        guard left.parked + left.acceptable == 0 else { return try lines.setDay(connection) }
        try connection.execute(
            BatchQueries.cancel(
                batch,
                community: community,
                by: client,
                because: "no line is left to pay",
                at: now
            )
        )
    }
}
