import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Books euros that arrived: reserve and budget grow by the same amount, in one transfer.
struct FundProgramme: Sendable {
    let programme: UUID
    let creation: FundingCreation
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Funding {
        guard
            let programme = try ProgrammeAccounts.find(
                programme,
                community: community,
                connection
            )
        else { throw Problem.notFound("programme") }
        guard creation.amount.coin == programme.coin.code else {
            throw Problem(.unknownCoin, "The programme pays another coin.")
        }
        let amount = try creation.amount.minorUnits(digits: programme.coin.digits)
        try record(amount, connection)
        try post(amount, to: programme, connection)
        return Funding(
            id: Identifier(id),
            programmeId: Identifier(programme.id),
            amount: creation.amount,
            bankReference: creation.bankReference,
            fundedAt: now
        )
    }

    private func record(_ amount: Int64, _ connection: Connection) throws {
        let inserted = try connection.execute(
            """
            INSERT INTO disbursement.funding (community_id, id, programme_id, amount,
                                              bank_reference, funded_by, funded_at)
            VALUES (\(community), \(id), \(programme), \(amount), \(creation.bankReference),
                    \(caller.client), \(Timestamp(now)))
            ON CONFLICT ON CONSTRAINT funding_bank_reference_unique DO NOTHING
            """
        )
        guard inserted == 1 else {
            throw Problem(.bankReferenceReused, "This bank reference was booked already.")
        }
    }

    private func post(
        _ amount: Int64,
        to programme: ProgrammeAccounts,
        _ connection: Connection
    ) throws {
        guard
            let books = try Ledger.accounts(
                ofCoin: programme.coin.code,
                community: community,
                connection
            )
        else { throw Problem(.unknownCoin, "The coin has no books.") }
        let proposal = TransferProposal(
            id: id,
            kind: .funding,
            legs: [
                .exact(account: books.bank, minorUnits: -amount),
                .exact(account: books.reserve, minorUnits: amount),
                .exact(account: books.issuance, minorUnits: -amount),
                .exact(account: programme.account, minorUnits: amount),
            ],
            reference: creation.bankReference,
            client: caller.client,
            party: caller.party
        )
        do {
            try Ledger.post(proposal, community: community, connection)
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
    }
}
