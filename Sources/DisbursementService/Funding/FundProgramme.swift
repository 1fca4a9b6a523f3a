import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Books euros that somebody says have arrived, for a programme without a bank account of its own.
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
        guard try FundingQueries.account(of: programme.id, community, connection) == nil else {
            throw Problem(.fundedByStatement, "Import the statement that tells of the euros.")
        }
        guard creation.amount.coin == programme.coin.code else {
            throw Problem(.unknownCoin, "The programme pays another coin.")
        }
        let amount = try creation.amount.minorUnits(digits: programme.coin.digits)
        guard try FundingQueries.insert(self, amount: amount, connection) else {
            throw Problem(.bankReferenceReused, "This bank reference was booked already.")
        }
        let posting = try FundingPosting(
            coin: programme.coin.code,
            community: community,
            caller: caller,
            connection
        )
        do {
            try Ledger.post(
                posting.proposal(
                    id,
                    amount,
                    to: programme.account,
                    reference: creation.bankReference
                ),
                community: community,
                connection
            )
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
        return Funding(
            id: Identifier(id),
            programmeId: Identifier(programme.id),
            amount: creation.amount,
            bankReference: creation.bankReference,
            fundedAt: now
        )
    }
}
