/// How far a redemption has come.
package enum RedemptionState: String, CaseIterable, Codable, Hashable, Sendable {
    /// The coins are held.
    case requested
    /// In a bank file.
    case inSettlement = "in-settlement"
    /// The euros are paid and the coins destroyed.
    case settled
    /// The bank refused or returned the payment; the merchant has its coins back.
    case returned
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
    /// What the coin keeps of them.
    package var fee: SignedAmount
    /// What the community gets of them.
    package var communityShare: SignedAmount
    /// How many euros: one for every coin that is left.
    package var euro: EuroAmount
    /// How far it has come.
    package var state: RedemptionState
    /// How the bank statement of the merchant names it.
    package var endToEndId: String
    /// When it was asked.
    package var requestedAt: Instant
    /// The day of the schedule that asked for it; null when somebody did.
    @Nullable package var scheduledOn: String?
    /// When it was settled; null before.
    @Nullable package var settledAt: Instant?
    /// When the coins came back; null unless they did.
    @Nullable package var returnedAt: Instant?
    /// The bank's code for why, such as `AC04`; null without.
    @Nullable package var returnReason: String?

    /// Creates it from its members.
    package init(
        id: Identifier,
        merchantId: Identifier,
        amount: Amount,
        fee: SignedAmount,
        communityShare: SignedAmount,
        euro: EuroAmount,
        state: RedemptionState,
        endToEndId: String,
        requestedAt: Instant,
        scheduledOn: String?,
        settledAt: Instant?,
        returnedAt: Instant?,
        returnReason: String?
    ) {
        self.id = id
        self.merchantId = merchantId
        self.amount = amount
        self.fee = fee
        self.communityShare = communityShare
        self.euro = euro
        self.state = state
        self.endToEndId = endToEndId
        self.requestedAt = requestedAt
        self.scheduledOn = scheduledOn
        self.settledAt = settledAt
        self.returnedAt = returnedAt
        self.returnReason = returnReason
    }
}
