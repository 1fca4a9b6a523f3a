import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Lets somebody say which programme euros are for, and books them. Whoever imported the statement
/// does not: coins that one person alone could make out of a file would need no euros.
struct AssignBankCredit: Sendable {
    let credit: UUID
    let programme: UUID
    let community: UUID
    let caller: Caller
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> BankCredit {
        let stored = try OpenBankCredit.lock(
            credit,
            of: [.unmatched, .unclear],
            for: caller,
            community,
            connection
        )
        let programme = try programme(of: stored.credit, connection)
        try BankCreditQueries.decide(
            credit,
            .assigned(to: programme.id),
            by: caller.client,
            at: now,
            community,
            connection
        )
        try FundingQueries.insert(
            ofCredits: [credit],
            by: caller.client,
            at: now,
            community,
            connection
        )
        let posting = try FundingPosting(
            coin: programme.coin,
            community: community,
            caller: caller,
            connection
        )
        do {
            try Ledger.post(
                posting.proposal(
                    credit,
                    stored.cents,
                    to: programme.account,
                    reference: stored.credit.bankReference ?? programme.reference.text
                ),
                community: community,
                connection
            )
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
        return try OpenBankCredit.decided(credit, community, connection)
    }

    private func programme(
        of credit: BankCredit,
        _ connection: Connection
    ) throws -> FundedProgramme {
        guard try ProgrammeAccounts.find(programme, community: community, connection) != nil
        else { throw Problem(.unknownProgramme, "The community has no such programme.") }
        let funded = try FundingQueries.programme(
            programme,
            at: credit.iban,
            community,
            connection
        )
        guard let funded else {
            throw Problem(.otherBankAccount, "Its euros arrive on another account, or on none.")
        }
        return funded
    }
}

/// Lets somebody say that euros are for no programme; nothing is booked.
struct DismissBankCredit: Sendable {
    let credit: UUID
    let reason: String
    let community: UUID
    let caller: Caller
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> BankCredit {
        _ = try OpenBankCredit.lock(
            credit,
            of: [.unmatched, .unclear, .takenBack],
            for: caller,
            community,
            connection
        )
        try BankCreditQueries.decide(
            credit,
            .dismissed(reason: reason),
            by: caller.client,
            at: now,
            community,
            connection
        )
        return try OpenBankCredit.decided(credit, community, connection)
    }
}

/// A credit that waits for a person.
private enum OpenBankCredit {
    /// Throws 404, 409 when it does not wait, 422 for whoever imported it.
    static func lock(
        _ id: UUID,
        of states: Set<BankCreditState>,
        for caller: Caller,
        _ community: UUID,
        _ connection: Connection
    ) throws -> StoredCredit {
        guard let stored = try BankCreditQueries.lock(id, community, connection) else {
            throw Problem.notFound("credit of the bank")
        }
        guard states.contains(stored.credit.state) else {
            throw Problem(.bankCreditNotOpen, "The credit is \(stored.credit.state.rawValue).")
        }
        guard stored.importedBy != caller.client else {
            throw Problem(
                .secondPersonRequired,
                "Whoever imports a statement does not decide about its credits."
            )
        }
        return stored
    }

    static func decided(
        _ id: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> BankCredit {
        guard let stored = try BankCreditQueries.lock(id, community, connection) else {
            throw Problem.notFound("credit of the bank")
        }
        return stored.credit
    }
}
