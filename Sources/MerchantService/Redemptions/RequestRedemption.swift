import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Coins leave the merchant and wait, until the bank has paid their euros. What the coin keeps goes
/// to its fee and community accounts in the same transfer.
struct RequestRedemption: Sendable {
    let community: UUID
    let client: UUID
    /// Whose coins they are.
    let merchant: UUID
    let id: UUID
    let now: Instant
    /// The day of the merchant's schedule that asks; nil when somebody does.
    var scheduledOn: Day?

    /// Redeems an amount, or everything available. Throws problems.
    func callAsFunction(_ amount: Amount?, _ connection: Connection) throws -> Redemption {
        guard
            let merchant = try MerchantQueries.account(of: merchant, community, connection),
            let books = try Ledger.accounts(
                ofCoin: merchant.coin,
                community: community,
                connection
            )
        else { throw Self.unknownMerchant }
        guard merchant.isIBANVerified else {
            throw Problem(
                .ibanNotVerified,
                "Nobody has verified yet that the bank account is this merchant's."
            )
        }
        guard try !MerchantQueries.owesRefunds(self.merchant, community, connection) else {
            throw Problem(.refundsOwed, "The next takings pay the refunds that are owed.")
        }
        let units = try minorUnits(amount, of: merchant, connection)
        let policy = try RedemptionPolicyQueries.inForce(merchant.coin, community, connection)
        guard let split = (policy?.terms ?? .free).split(units) else {
            throw Problem(
                .redemptionTooSmall,
                "After the fee and the community's share nothing would be left to pay."
            )
        }
        try post(split, of: units, from: merchant.account, to: books.redemption, policy, connection)
        try RedemptionQueries.insert(
            self,
            merchant: self.merchant,
            coin: merchant.coin,
            amount: units,
            split: split,
            creditor: merchant.name,
            iban: merchant.iban,
            connection
        )
        let stored = try RedemptionQueries.redemptions(
            connection.query(RedemptionQueries.find(id, community))
        )
        return stored[0]
    }

    static let unknownMerchant = Problem(
        .unknownMerchant,
        "There is no such merchant, or it is not yours."
    )

    /// The redemption's id without hyphens: 32 of the 35 characters that banks carry.
    var endToEndID: String { Identifier(id).description.replacing("-", with: "") }

    private func post(
        _ split: RedemptionTerms.Split,
        of amount: Int64,
        from account: UUID,
        to waiting: UUID,
        _ policy: StoredRedemptionPolicy?,
        _ connection: Connection
    ) throws {
        var legs: [TransferProposal.Leg] = [
            .exact(account: account, minorUnits: -amount),
            .exact(account: waiting, minorUnits: split.net),
        ]
        if let policy, split.fee > 0 {
            legs.append(.exact(account: policy.feeAccount, minorUnits: split.fee))
        }
        if let policy, split.communityShare > 0 {
            legs.append(
                .exact(account: policy.communityAccount, minorUnits: split.communityShare)
            )
        }
        do {
            try Ledger.post(
                TransferProposal(
                    id: id,
                    kind: .redemption,
                    legs: legs,
                    reference: endToEndID,
                    client: client,
                    party: merchant
                ),
                community: community,
                connection
            )
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
    }

    private func minorUnits(
        _ amount: Amount?,
        of merchant: MerchantQueries.Account,
        _ connection: Connection
    ) throws -> Int64 {
        let coin = try CoinDigits.find(merchant.coin, community: community, connection)
        if let amount {
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
