/// The part of a payment that is VAT at one rate, as the shop's software told it.
package struct VATPart: Codable, Hashable, Sendable {
    /// Percents times a hundred: 2100 is 21 %.
    package var rateBasisPoints: Int
    /// How much of the payment is this VAT.
    package var amount: Amount

    /// Creates it from its members.
    package init(rateBasisPoints: Int, amount: Amount) {
        self.rateBasisPoints = rateBasisPoints
        self.amount = amount
    }
}

/// What the statement of a merchant over a period adds up to.
package struct MerchantStatement: Codable, Hashable, Sendable {
    /// The merchant.
    package var merchantId: Identifier
    /// A day, week, month or year, such as `2026-03-02`, `2026-W10`, `2026-03` or `2026`.
    package var period: String
    /// When it begins in the zone of the community.
    package var fromAt: Instant
    /// When it ends, and the next one begins.
    package var untilAt: Instant
    /// Whether it has ended, so that nothing is added any more.
    package var isComplete: Bool
    /// Posted before it.
    package var opening: SignedAmount
    /// What the postings in it add up to.
    package var movement: SignedAmount
    /// Posted after it.
    package var closing: SignedAmount
    /// How many postings it has.
    package var count: Int

    /// Creates it from its members.
    package init(
        merchantId: Identifier,
        period: String,
        fromAt: Instant,
        untilAt: Instant,
        isComplete: Bool,
        opening: SignedAmount,
        movement: SignedAmount,
        closing: SignedAmount,
        count: Int
    ) {
        self.merchantId = merchantId
        self.period = period
        self.fromAt = fromAt
        self.untilAt = untilAt
        self.isComplete = isComplete
        self.opening = opening
        self.movement = movement
        self.closing = closing
        self.count = count
    }
}
