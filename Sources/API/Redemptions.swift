/// How far a redemption has come.
package enum RedemptionState: String, CaseIterable, Codable, Hashable, Sendable {
    /// The coins are held.
    case requested
    /// In a bank file.
    case inSettlement = "in-settlement"
    /// The euros are paid and the coins destroyed.
    case settled
}

/// A redemption that a merchant asks for.
package struct RedemptionRequest: Codable, Hashable, Sendable {
    /// The merchant.
    package var merchantId: Identifier
    /// How much; everything available when absent.
    package var amount: Amount?

    /// Creates it from its members.
    package init(merchantId: Identifier, amount: Amount? = nil) {
        self.merchantId = merchantId
        self.amount = amount
    }
}

/// Coins of a merchant on their way to euros.
package struct Redemption: Codable, Hashable, Sendable {
    /// The redemption.
    package var id: Identifier
    /// The merchant.
    package var merchantId: Identifier
    /// How many coins.
    package var amount: Amount
    /// How many euros.
    package var euro: EuroAmount
    /// How far it has come.
    package var state: RedemptionState
    /// How the bank statement of the merchant names it.
    package var endToEndId: String
    /// When it was asked.
    package var requestedAt: Instant
    /// When it was settled; null before.
    @Nullable package var settledAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        merchantId: Identifier,
        amount: Amount,
        euro: EuroAmount,
        state: RedemptionState,
        endToEndId: String,
        requestedAt: Instant,
        settledAt: Instant?
    ) {
        self.id = id
        self.merchantId = merchantId
        self.amount = amount
        self.euro = euro
        self.state = state
        self.endToEndId = endToEndId
        self.requestedAt = requestedAt
        self.settledAt = settledAt
    }
}
