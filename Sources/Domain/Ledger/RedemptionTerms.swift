/// What a coin keeps when a merchant hands coins in for euros: a fixed fee, a fee by size, and what
/// the community gets by size.
package struct RedemptionTerms: Sendable, Hashable {
    /// Minor units, 0 or more.
    package let feeFixed: Int64
    /// Hundredths of a percent, 0 or more; with those of the community below 10,000.
    package let feeBasisPoints: Int64
    package let communityBasisPoints: Int64

    /// How a redemption is divided; the parts add up to what was handed in.
    package struct Split: Sendable, Hashable {
        /// What the coin keeps, in minor units.
        package let fee: Int64
        /// What the community gets.
        package let communityShare: Int64
        /// What is paid; more than zero.
        package let net: Int64
    }

    /// Keeps nothing.
    package static let free = RedemptionTerms()

    private init() { (feeFixed, feeBasisPoints, communityBasisPoints) = (0, 0, 0) }

    /// Nil for terms that could leave nothing of any amount, or are negative.
    package init?(feeFixed: Int64, feeBasisPoints: Int64, communityBasisPoints: Int64) {
        guard feeFixed >= 0, feeBasisPoints >= 0, communityBasisPoints >= 0,
            feeBasisPoints < Self.whole, communityBasisPoints < Self.whole - feeBasisPoints
        else { return nil }
        self.feeFixed = feeFixed
        self.feeBasisPoints = feeBasisPoints
        self.communityBasisPoints = communityBasisPoints
    }

    /// Divides an amount of minor units; nil when nothing would be left to pay. Shares are rounded
    /// down, each by itself, so that rounding is always for the merchant.
    package func split(_ amount: Int64) -> Split? {
        let bySize = Self.share(of: amount, feeBasisPoints)
        let community = Self.share(of: amount, communityBasisPoints)
        let (fee, overflow) = bySize.addingReportingOverflow(feeFixed)
        guard !overflow, fee < amount, community < amount - fee else { return nil }
        return Split(fee: fee, communityShare: community, net: amount - fee - community)
    }

    private static let whole: Int64 = 10_000

    // Whole ten-thousands and the rest apart, so that no product passes 64 bits.
    private static func share(of amount: Int64, _ points: Int64) -> Int64 {
        amount / whole * points + amount % whole * points / whole
    }
}
