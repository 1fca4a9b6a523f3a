import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Coins leave the merchant and wait, until the bank has paid their euros.
struct RequestRedemption: Sendable {
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant

    func callAsFunction(
        _ request: RedemptionRequest,
        _ connection: Connection
    ) throws -> Redemption {
        let id = request.merchantId.uuid
        guard caller.party == id,
            let merchant = try MerchantQueries.account(of: id, community, connection),
            let books = try Ledger.accounts(
                ofCoin: merchant.coin,
                community: community,
                connection
            )
        else { throw Problem(.unknownMerchant, "There is no such merchant, or it is not yours.") }
        let amount = try amount(request, of: merchant, connection)
        do {
            try Ledger.post(
                TransferProposal(
                    id: self.id,
                    kind: .redemption,
                    legs: [
                        .exact(account: merchant.account, minorUnits: -amount),
                        .exact(account: books.redemption, minorUnits: amount),
                    ],
                    reference: endToEndID,
                    client: caller.client,
                    party: caller.party
                ),
                community: community,
                connection
            )
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
        try RedemptionQueries.insert(
            self,
            merchant: id,
            coin: merchant.coin,
            amount: amount,
            creditor: merchant.name,
            iban: merchant.iban,
            connection
        )
        let stored = try RedemptionQueries.redemptions(
            connection.query(
                RedemptionQueries.find(self.id, community, visibleTo: caller)
            )
        )
        return stored[0]
    }

    /// The redemption's id without hyphens: 32 of the 35 characters that banks carry.
    var endToEndID: String { Identifier(id).description.replacing("-", with: "") }

    private func amount(
        _ request: RedemptionRequest,
        of merchant: (account: UUID, coin: String, name: String, iban: String),
        _ connection: Connection
    ) throws -> Int64 {
        let coin = try CoinDigits.find(merchant.coin, community: community, connection)
        if let amount = request.amount {
            guard amount.coin == coin.code else {
                throw Problem(.coinNotAccepted, "The merchant holds another coin.")
            }
            return try amount.minorUnits(digits: coin.digits)
        }
        let balances = try Ledger.balances(
            of: [merchant.account],
            community: community,
            connection
        )
        guard let available = balances[merchant.account]?.available, available > 0 else {
            throw Problem(.nothingToRedeem, "There is nothing available to redeem.")
        }
        return available
    }
}
