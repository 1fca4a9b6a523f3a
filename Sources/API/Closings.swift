/// What a till and a cashier did between two closings.
package struct ClosingLine: Codable, Hashable, Sendable {
    /// The till; null for what belongs to no payment.
    @Nullable package var terminalId: Identifier?
    /// The cashier; null outside of shifts.
    @Nullable package var cashierId: Identifier?
    /// Paid.
    package var takings: SignedAmount
    /// How many payments that are.
    package var takingsCount: Int
    /// Given back, below zero.
    package var refunds: SignedAmount
    /// How many refunds that are.
    package var refundsCount: Int
    /// Handed in for euro, below zero.
    package var redemptions: SignedAmount
    /// Everything else, such as corrections.
    package var others: SignedAmount

    /// Creates it from its members.
    package init(
        terminalId: Identifier?,
        cashierId: Identifier?,
        takings: SignedAmount,
        takingsCount: Int,
        refunds: SignedAmount,
        refundsCount: Int,
        redemptions: SignedAmount,
        others: SignedAmount
    ) {
        self.terminalId = terminalId
        self.cashierId = cashierId
        self.takings = takings
        self.takingsCount = takingsCount
        self.refunds = refunds
        self.refundsCount = refundsCount
        self.redemptions = redemptions
        self.others = others
    }
}

/// One closing of a shop; it never changes. Opening and everything after it add up to closing.
package struct Closing: Codable, Hashable, Sendable {
    /// The closing.
    package var id: Identifier
    /// The outlet.
    package var shopId: Identifier
    /// 1, 2, 3 … for each shop, without gaps.
    package var nr: Int
    /// When the closing before it was made; null for the first.
    @Nullable package var fromAt: Instant?
    /// When it was made.
    package var madeAt: Instant
    /// The mandate under which it was made; null without one.
    @Nullable package var mandateId: Identifier?
    /// What the shop had: the closing of the one before.
    package var opening: SignedAmount
    /// Paid.
    package var takings: SignedAmount
    /// How many payments that are.
    package var takingsCount: Int
    /// Given back, below zero.
    package var refunds: SignedAmount
    /// How many refunds that are.
    package var refundsCount: Int
    /// Handed in for euro, below zero.
    package var redemptions: SignedAmount
    /// How many postings that are.
    package var redemptionsCount: Int
    /// Everything else, such as corrections.
    package var others: SignedAmount
    /// How many postings that are.
    package var othersCount: Int
    /// What the shop has.
    package var closing: SignedAmount
    /// Posted on the account of the merchant, all shops together.
    package var accountBalance: SignedAmount
    /// The last posting of the account that was there, by its number.
    package var lastPosting: Int
    /// Per till and cashier.
    package var lines: [ClosingLine]

    /// Creates it from its members.
    package init(
        id: Identifier,
        shopId: Identifier,
        nr: Int,
        fromAt: Instant?,
        madeAt: Instant,
        mandateId: Identifier?,
        opening: SignedAmount,
        takings: SignedAmount,
        takingsCount: Int,
        refunds: SignedAmount,
        refundsCount: Int,
        redemptions: SignedAmount,
        redemptionsCount: Int,
        others: SignedAmount,
        othersCount: Int,
        closing: SignedAmount,
        accountBalance: SignedAmount,
        lastPosting: Int,
        lines: [ClosingLine]
    ) {
        self.id = id
        self.shopId = shopId
        self.nr = nr
        self.fromAt = fromAt
        self.madeAt = madeAt
        self.mandateId = mandateId
        self.opening = opening
        self.takings = takings
        self.takingsCount = takingsCount
        self.refunds = refunds
        self.refundsCount = refundsCount
        self.redemptions = redemptions
        self.redemptionsCount = redemptionsCount
        self.others = others
        self.othersCount = othersCount
        self.closing = closing
        self.accountBalance = accountBalance
        self.lastPosting = lastPosting
        self.lines = lines
    }
}
