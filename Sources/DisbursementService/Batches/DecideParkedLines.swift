import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Confirms or drops lines that look paid already. After the last of them the batch waits for approval,
/// or is cancelled when nothing is left to pay.
struct DecideParkedLines: Sendable {
    let decision: ParkingDecision
    let batch: UUID
    let community: UUID
    let client: UUID
    let now: Instant
    /// For the record of the decision.
    let newID: @Sendable () -> UUID

    func callAsFunction(_ connection: Connection) throws -> Batch {
        let found = try BatchQueries.lockStanding(batch, community: community, connection)
        guard found.state == .draft else {
            throw Problem(.lineNotParked, "No line of the batch waits for a decision.")
        }
        let lines = decision.lines.map { Set($0).map { Int32(clamping: $0) } }
        let decided = try ParkingQueries.decide(
            decision.decision,
            about: lines,
            of: batch,
            community: community,
            connection
        )
        guard decided.count == lines?.count ?? decided.count else {
            throw Problem(.lineNotParked, "Not all of these lines wait for a decision.")
        }
        try connection.execute(
            ParkingQueries.record(
                decision,
                id: newID(),
                about: decided,
                of: batch,
                community: community,
                by: client,
                at: now
            )
        )
        try conclude(connection)
        return try BatchQueries.changed(batch, community: community, connection)
    }

    private func conclude(_ connection: Connection) throws {
        let left = try ParkingQueries.left(of: batch, community: community, connection)
        guard left.parked == 0 else { return }
        if left.acceptable > 0 {
            try connection.execute(
                """
                UPDATE disbursement.batch SET state = 'validated'
                 WHERE community_id = \(community) AND id = \(batch)
                """
            )
            return
        }
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
