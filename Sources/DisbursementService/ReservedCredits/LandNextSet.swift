import API
import Domain
import FoundationEssentials
import Ledger
import Logging
import Postgres

/// Moves coins that were set apart to the pots of people who have enrolled since. Money and
/// states change in one commit; the transfer's id follows from the line's, so it posts once.
struct LandNextSet: Sendable {
    let place: ReservedPlace
    /// The instruction to go on after; nil at the start.
    let after: UUID?

    func callAsFunction(_ connection: Connection) throws -> MovedSet {
        guard
            let programme = try ProgrammeAccounts.find(
                place.programme,
                community: place.community,
                connection
            )
        else { return .nothing }
        let lines = try ReservedCreditQueries.lockLandings(
            at: place,
            after: after,
            limit: MovedSet.size,
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
        return try MovedSet(lines, outcome, connection) { landed, _ in
            try ReservedCreditQueries.record(landed, place, connection)
        }
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

extension MoveReservedCredits {
    /// Lands coins once their receiver has a wallet.
    ///
    /// Somebody who enrols while their coins are being set apart is found at the next interval: looking
    /// after every set of a batch would read all waiting lines each time.
    static func landing(_ database: Database, _ logger: Logger) -> MoveReservedCredits {
        MoveReservedCredits(
            database: database,
            logger: logger,
            findPlaces: ReservedCreditQueries.programmesWithLandings,
            complaint: "coins set apart cannot land"
        ) { place, after, connection in
            try LandNextSet(place: place, after: after)(connection)
        }
    }
}
