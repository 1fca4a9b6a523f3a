import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// The money of fundings: reserve and budget grow by the same amount, in one transfer.
struct FundingPosting {
    let books: Ledger.CoinAccounts
    let caller: Caller

    /// Throws 422 `unknown-coin` where the coin has no books.
    init(
        coin: String,
        community: UUID,
        caller: Caller,
        _ connection: Connection
    ) throws {
        guard let books = try Ledger.accounts(ofCoin: coin, community: community, connection)
        else { throw Problem(.unknownCoin, "The coin has no books.") }
        self.books = books
        self.caller = caller
    }

    func proposal(
        _ id: UUID,
        _ amount: Int64,
        to account: UUID,
        reference: String
    ) -> TransferProposal {
        TransferProposal(
            id: id,
            kind: .funding,
            legs: [
                .exact(account: books.bank, minorUnits: -amount),
                .exact(account: books.reserve, minorUnits: amount),
                .exact(account: books.issuance, minorUnits: -amount),
                .exact(account: account, minorUnits: amount),
            ],
            reference: reference,
            client: caller.client,
            party: caller.party
        )
    }
}
