import API
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Takes lines out of a batch of which nothing was carried out; what was set apart for them goes back.
/// When no line is left to pay, the batch is cancelled.
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
        guard let found = try BatchQueries.lockStanding(batch, community: community, connection)
        else { throw Problem.notFound("batch") }
        guard [.draft, .validated, .approved].contains(found.state) else {
            throw Problem(.batchNotCancellable, "The batch was carried out, or never will be.")
        }
        let lines = LineCancellationQueries(
            batch: batch,
            community: community,
            numbers: Set(cancellation.lines).map { Int32(clamping: $0) }
        )
        let open = try lines.open(connection)
        guard open.count == lines.numbers.count else {
            throw Problem(.lineNotCancellable, "Not all of these lines are still to be paid.")
        }
        // Accounts are locked before the rows that count lines.
        if found.state == .approved { try giveBack(open.amount, of: found, connection) }
        try lines.drop(connection)
        try conclude(lines, connection)
        try connection.notify(channel: Channel.batch, payload: "\(Identifier(batch))")
        let rows = try connection.query(BatchQueries.one(batch, community: community))
        return (try BatchQueries.decode(rows.one()), found.state)
    }

    private func giveBack(
        _ minorUnits: Int64,
        of standing: BatchQueries.Standing,
        _ connection: Connection
    ) throws {
        let commitment = try Commitment.open(
            for: standing,
            batch: batch,
            community: community,
            connection
        )
        try commitment.giveBack(minorUnits, id: newID(), by: client, connection)
    }

    private func conclude(
        _ lines: LineCancellationQueries,
        _ connection: Connection
    ) throws {
        let left = try ParkingQueries.left(of: batch, community: community, connection)
        guard left.parked + left.acceptable == 0 else { return try lines.setDay(connection) }
        try connection.execute(
            CancelBatch.cancel(
                batch,
                community: community,
                by: client,
                because: "no line is left to pay",
                at: now
            )
        )
    }
}
