import API
import Domain
import FoundationEssentials
import Ledger
import Postgres

/// Moves coins that were set apart to the pots of people who have enrolled since. Money and
/// states change in one commit; the transfer's id follows from the line's, so it posts once.
struct LandNextSet: Sendable {
    let place: LandingPlace
    /// The instruction to go on after; nil at the start.
    let after: UUID?

    static let size = 500

    /// A line that the ledger refused; it keeps waiting.
    struct Refusal: Sendable {
        let instruction: UUID
        let reason: LedgerRefusal
    }

    /// What one set came to.
    struct Landing: Sendable {
        /// The instruction to go on after; nil when all was looked at.
        let next: UUID?
        let refusals: [Refusal]
    }

    func callAsFunction(_ connection: Connection) throws -> Landing {
        guard
            let programme = try ProgrammeAccounts.find(
                place.programme,
                community: place.community,
                connection
            )
        else { return Landing(next: nil, refusals: []) }
        let lines = try ReservedCreditQueries.lockLandings(
            at: place,
            after: after,
            limit: Self.size,
            connection
        )
        let pots = try Pots.open(
            in: lines.map(\.wallet),
            of: programme,
            community: place.community,
            connection
        )
        let outcome = try Ledger.post(
            lines.map { proposal(for: $0, programme, pots) },
            community: place.community,
            connection
        )
        var landed: [WaitingLine] = []
        var refusals: [Refusal] = []
        for (line, verdict) in zip(lines, outcome.verdicts) {
            switch verdict {
            case .posted, .replayed: landed.append(line)
            case .refused(let reason, _):
                refusals.append(Refusal(instruction: line.id, reason: reason))
            }
        }
        try ReservedCreditQueries.record(landed, at: outcome.postedAt, place, connection)
        for batch in Set(landed.map(\.batch)) {
            try connection.notify(channel: Channel.batch, payload: "\(Identifier(batch))")
        }
        return Landing(next: lines.count == Self.size ? lines.last?.id : nil, refusals: refusals)
    }

    private func proposal(
        for line: WaitingLine,
        _ programme: ProgrammeAccounts,
        _ pots: [UUID: UUID]
    ) -> TransferProposal {
        // A wallet that was found a moment ago is never taken away, so its pot is there.
        guard let pot = pots[line.wallet] else { preconditionFailure("a wallet without a pot") }
        return TransferProposal(
            id: .reservationEnd(of: line.id),
            kind: .landing,
            legs: [
                .exact(account: programme.reservedAccount, minorUnits: -line.amount),
                .exact(account: pot, minorUnits: line.amount),
            ],
            reference: line.remittance,
            related: line.id
        )
    }
}
