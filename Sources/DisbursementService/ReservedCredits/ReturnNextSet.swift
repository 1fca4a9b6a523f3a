import API
import Domain
import FoundationEssentials
import Ledger
import Postgres

/// Moves coins that waited too long from where they were set apart to the budget of their programme.
/// Money and states change in one commit; the transfer has the id that a landing would have, so that
/// the ledger refuses whichever of the two comes second.
struct ReturnNextSet: Sendable {
    let place: LandingPlace
    /// The instruction to go on after; nil at the start.
    let after: UUID?

    static let size = 500

    func callAsFunction(_ connection: Connection) throws -> LandNextSet.Landing {
        guard
            let programme = try ProgrammeAccounts.find(
                place.programme,
                community: place.community,
                connection
            )
        else { return LandNextSet.Landing(next: nil, refusals: []) }
        let lines = try ReturnQueries.lockOverdue(
            at: place,
            after: after,
            limit: Self.size,
            connection
        )
        let outcome = try Ledger.post(
            lines.map { proposal(for: $0, programme) },
            community: place.community,
            connection
        )
        var returned: [OverdueLine] = []
        var refusals: [LandNextSet.Refusal] = []
        for (line, verdict) in zip(lines, outcome.verdicts) {
            switch verdict {
            case .posted, .replayed: returned.append(line)
            case .refused(let reason, _):
                refusals.append(LandNextSet.Refusal(instruction: line.id, reason: reason))
            }
        }
        try ReturnQueries.record(returned, at: outcome.postedAt, place, connection)
        for batch in Set(returned.map(\.batch)) {
            try connection.notify(channel: Channel.batch, payload: "\(Identifier(batch))")
        }
        let next = lines.count == Self.size ? lines.last?.id : nil
        return LandNextSet.Landing(next: next, refusals: refusals)
    }

    private func proposal(
        for line: OverdueLine,
        _ programme: ProgrammeAccounts
    ) -> TransferProposal {
        TransferProposal(
            id: .reservationEnd(of: line.id),
            kind: .reservationReturn,
            legs: [
                .exact(account: programme.reservedAccount, minorUnits: -line.amount),
                .exact(account: programme.account, minorUnits: line.amount),
            ],
            related: line.id
        )
    }
}
