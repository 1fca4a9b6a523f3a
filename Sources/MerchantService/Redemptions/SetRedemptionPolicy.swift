import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// What a coin keeps of redemptions from now on: the next version. What was redeemed before keeps
/// what was posted for it.
struct SetRedemptionPolicy: Sendable {
    let community: UUID
    let coin: String
    let client: UUID
    /// Of the coin's two accounts, if these are its first terms.
    let newAccounts: (fee: UUID, community: UUID)
    let now: Instant

    func callAsFunction(
        _ setting: RedemptionPolicySetting,
        _ connection: Connection
    ) throws -> (policy: RedemptionPolicy, before: RedemptionPolicy?) {
        let coin = try RedemptionPolicyQueries.requireCoin(coin, community, connection)
        let terms = try terms(setting, coin)
        try RedemptionPolicyQueries.lock(coin.code, community, connection)
        let before = try RedemptionPolicyQueries.inForce(coin.code, community, connection)
        if before == nil {
            try Ledger.openAccounts(
                [newAccounts.fee, newAccounts.community],
                .fee,
                coin: coin.code,
                community: community,
                connection
            )
        }
        try RedemptionPolicyQueries.insert(
            StoredRedemptionPolicy(
                version: (before?.version ?? 0) + 1,
                terms: terms,
                feeAccount: before?.feeAccount ?? newAccounts.fee,
                communityAccount: before?.communityAccount ?? newAccounts.community
            ),
            of: coin.code,
            self,
            connection
        )
        let latest = try RedemptionPolicyQueries.policies(
            connection.query(
                RedemptionPolicyQueries.list(of: coin.code, community, before: nil, limit: 1)
            )
        )
        return (latest[0], latest.dropFirst().first)
    }

    private func terms(
        _ setting: RedemptionPolicySetting,
        _ coin: CoinDigits
    ) throws -> RedemptionTerms {
        var fixed: Int64 = 0
        if let amount = setting.feeFixed {
            guard amount.coin == coin.code else {
                throw Problem(.coinNotAccepted, "The fixed fee is in another coin.")
            }
            fixed = try amount.minorUnits(digits: coin.digits, at: "/feeFixed/value")
        }
        let terms = RedemptionTerms(
            feeFixed: fixed,
            feeBasisPoints: Int64(setting.feeBasisPoints),
            communityBasisPoints: Int64(setting.communityBasisPoints)
        )
        guard let terms else {
            throw Problem(
                .policyInvalid,
                "Fee and community share together are all of a redemption, or more."
            )
        }
        return terms
    }
}
