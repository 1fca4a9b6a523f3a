import API
import Domain
import FoundationEssentials
import ISO20022
import Ledger
import Postgres
import ServiceKit

/// Moves coins that wait back to their programme before their time is over, because somebody says so: of
/// all these lines or of none. The transfers have the ids that the landings would have, so that the
/// ledger refuses whichever comes second.
struct ReturnLines: Sendable {
    let lineReturn: LineReturn
    let batch: UUID
    let community: UUID
    let client: UUID

    /// The batch, and the state it was in before.
    func callAsFunction(_ connection: Connection) throws -> (batch: Batch, before: BatchState) {
        guard
            let before = try connection.query(BatchQueries.one(batch, community: community)).first
                .map(BatchQueries.decode),
            let programme = try ProgrammeAccounts.find(
                before.programmeId.uuid,
                community: community,
                connection
            )
        else { throw Problem.notFound("batch") }
        // Who writes letters for these lines is waited for: the codes in them count no more.
        _ = try connection.query(LetterQueries.lock(batch))
        let numbers = Set(lineReturn.lines).map { Int32(clamping: $0) }
        let lines = try ReturnQueries.lockWaiting(numbers, of: batch, community, connection)
        guard lines.count == numbers.count else { throw Self.notWaiting }
        let outcome = try Ledger.post(
            lines.map { $0.proposal(givingBackTo: programme, by: client) },
            community: community,
            connection
        )
        for verdict in outcome.verdicts {
            guard case .refused(let reason, _) = verdict else { continue }
            throw reason == .conflict ? Self.notWaiting : Problem(reason)
        }
        try ReturnQueries.record(
            lines,
            at: outcome.postedAt,
            because: .DS02,
            community,
            connection
        )
        try ReturnQueries.explain(
            lines,
            lineReturn.reason,
            of: batch,
            community,
            by: client,
            connection
        )
        return (
            try BatchQueries.changed(batch, community: community, connection), before.state
        )
    }

    private static let notWaiting = Problem(
        .lineNotWaiting,
        "Not all of these lines wait for somebody to enrol."
    )
}
