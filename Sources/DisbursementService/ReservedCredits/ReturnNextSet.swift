import API
import Domain
import FoundationEssentials
import Ledger
import Logging
import Postgres

/// Moves coins that waited too long from where they were set apart to the budget of their programme.
/// Money and states change in one commit; the transfer has the id that a landing would have, so that
/// the ledger refuses whichever of the two comes second.
struct ReturnNextSet: Sendable {
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
        let lines = try ReturnQueries.lockOverdue(
            at: place,
            after: after,
            limit: MovedSet.size,
            connection
        )
        let outcome = try Ledger.post(
            lines.map { $0.proposal(givingBackTo: programme) },
            community: place.community,
            connection
        )
        return try MovedSet(lines, outcome, connection) { returned, postedAt in
            try ReturnQueries.record(returned, at: postedAt, place.community, connection)
        }
    }
}

extension ReturnableLine {
    /// Moves the coins back, for the client that asked for it, or because their time is over.
    func proposal(
        givingBackTo programme: ProgrammeAccounts,
        by client: UUID? = nil
    ) -> TransferProposal {
        TransferProposal(
            id: .reservationEnd(of: id),
            kind: .reservationReturn,
            legs: [
                .exact(account: programme.reservedAccount, minorUnits: -amount),
                .exact(account: programme.account, minorUnits: amount),
            ],
            related: id,
            client: client
        )
    }
}

extension MoveReservedCredits {
    /// Gives coins back to their programme, when nobody came for them within the days that it gives.
    static func returning(_ database: Database, _ logger: Logger) -> MoveReservedCredits {
        MoveReservedCredits(
            database: database,
            logger: logger,
            findPlaces: ReturnQueries.programmesWithReturns,
            complaint: "coins set apart cannot return"
        ) { place, after, connection in
            try ReturnNextSet(place: place, after: after)(connection)
        }
    }
}
