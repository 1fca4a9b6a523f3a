/// What a coin keeps of redemptions from now on.
package struct RedemptionPolicySetting: Codable, Hashable, Sendable {
    /// A fixed fee of every redemption; none when absent.
    package var feeFixed: Amount?
    /// The fee in hundredths of a percent of what is redeemed.
    package var feeBasisPoints: Int
    /// What the community gets, in hundredths of a percent of what is redeemed.
    package var communityBasisPoints: Int

    /// Creates it from its members.
    package init(
        feeFixed: Amount? = nil,
        feeBasisPoints: Int,
        communityBasisPoints: Int
    ) {
        self.feeFixed = feeFixed
        self.feeBasisPoints = feeBasisPoints
        self.communityBasisPoints = communityBasisPoints
    }
}

/// One version of what a coin keeps of redemptions; every part is rounded down.
package struct RedemptionPolicy: Codable, Hashable, Sendable {
    /// The coin.
    package var coin: String
    /// 1, 2, 3 …; the highest is in force.
    package var version: Int
    /// A fixed fee of every redemption.
    package var feeFixed: SignedAmount
    /// The fee in hundredths of a percent of what is redeemed.
    package var feeBasisPoints: Int
    /// What the community gets, in hundredths of a percent of what is redeemed.
    package var communityBasisPoints: Int
    /// When it was set.
    package var setAt: Instant

    /// Creates it from its members.
    package init(
        coin: String,
        version: Int,
        feeFixed: SignedAmount,
        feeBasisPoints: Int,
        communityBasisPoints: Int,
        setAt: Instant
    ) {
        self.coin = coin
        self.version = version
        self.feeFixed = feeFixed
        self.feeBasisPoints = feeBasisPoints
        self.communityBasisPoints = communityBasisPoints
        self.setAt = setAt
    }
}
