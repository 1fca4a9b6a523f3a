/// What a payout is paid from.
package enum PayoutSource: String, CaseIterable, Codable, Hashable, Sendable {
    /// The fees that the coin keeps of redemptions.
    case fees
    /// What the community gets of redemptions.
    case communityShare = "community-share"
    /// What a programme has left and nobody has claimed.
    case programme
    /// What depreciation took: by the coin's own policy, or by a programme's.
    case depreciation
}

/// How far a payout has come.
package enum PayoutState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Somebody else has to decide.
    case proposed
    /// Nothing moves.
    case rejected
    /// Its coins wait for a settlement.
    case approved
    /// In a bank file.
    case inSettlement = "in-settlement"
    /// The euros are paid and the coins destroyed.
    case settled
    /// The bank refused or returned the payment; the coins are back where they came from.
    case returned
}

/// Euros out of coins that are in no wallet and no shop.
package struct PayoutCreation: Codable, Hashable, Sendable {
    /// The coin.
    package var coin: String
    /// What it is paid from.
    package var source: PayoutSource
    /// The programme, where it is paid from one or from what its policy of depreciation took; absent
    /// otherwise.
    package var programmeId: Identifier?
    /// How much; everything available when absent.
    package var amount: Amount?
    /// Who gets it, at most 70 characters as in ISO 20022.
    package var creditorName: String
    /// The account that gets it.
    package var creditorIban: String
    /// Why.
    package var reason: String

    /// Creates it from its members.
    package init(
        coin: String,
        source: PayoutSource,
        programmeId: Identifier? = nil,
        amount: Amount? = nil,
        creditorName: String,
        creditorIban: String,
        reason: String
    ) {
        self.coin = coin
        self.source = source
        self.programmeId = programmeId
        self.amount = amount
        self.creditorName = creditorName
        self.creditorIban = creditorIban
        self.reason = reason
    }
}

/// What somebody else says to a payout.
package struct PayoutDecision: Codable, Hashable, Sendable {
    /// Whether it is to be paid.
    package var approved: Bool
    /// The account that gets it, typed again from where it is known; needed to approve.
    package var creditorIban: String?
    /// Why not; needed to reject.
    package var reason: String?

    /// Creates it from its members.
    package init(approved: Bool, creditorIban: String? = nil, reason: String? = nil) {
        self.approved = approved
        self.creditorIban = creditorIban
        self.reason = reason
    }
}

/// Coins that are in no wallet and no shop, on their way to euros.
package struct Payout: Codable, Hashable, Sendable {
    /// The payout.
    package var id: Identifier
    /// What it is paid from.
    package var source: PayoutSource
    /// The programme; null when it is paid from none, nor from what its depreciation took.
    @Nullable package var programmeId: Identifier?
    /// How many coins.
    package var amount: Amount
    /// How many euros: one for every coin.
    package var euro: EuroAmount
    /// Who gets it.
    package var creditorName: String
    /// The account that gets it.
    package var creditorIban: String
    /// Why.
    package var reason: String
    /// How far it has come.
    package var state: PayoutState
    /// How bank files and statements name it; null before it is approved.
    @Nullable package var endToEndId: String?
    /// When it was proposed.
    package var proposedAt: Instant
    /// When somebody decided; null before.
    @Nullable package var decidedAt: Instant?
    /// Why it was rejected; null unless it was.
    @Nullable package var rejectionReason: String?
    /// When the bank paid; null before.
    @Nullable package var settledAt: Instant?
    /// When the coins came back; null unless they did.
    @Nullable package var returnedAt: Instant?
    /// The bank's code for why, such as `AC04`; null without.
    @Nullable package var returnReason: String?

    /// Creates it from its members.
    package init(
        id: Identifier,
        source: PayoutSource,
        programmeId: Identifier?,
        amount: Amount,
        euro: EuroAmount,
        creditorName: String,
        creditorIban: String,
        reason: String,
        state: PayoutState,
        endToEndId: String?,
        proposedAt: Instant,
        decidedAt: Instant?,
        rejectionReason: String?,
        settledAt: Instant?,
        returnedAt: Instant?,
        returnReason: String?
    ) {
        self.id = id
        self.source = source
        self.programmeId = programmeId
        self.amount = amount
        self.euro = euro
        self.creditorName = creditorName
        self.creditorIban = creditorIban
        self.reason = reason
        self.state = state
        self.endToEndId = endToEndId
        self.proposedAt = proposedAt
        self.decidedAt = decidedAt
        self.rejectionReason = rejectionReason
        self.settledAt = settledAt
        self.returnedAt = returnedAt
        self.returnReason = returnReason
    }
}

/// What a coin has kept and not paid out.
package struct KeptCoins: Codable, Hashable, Sendable {
    /// Of fees of redemptions.
    package var fees: Amount
    /// Of shares of the community in redemptions.
    package var communityShare: Amount
    /// Of what the coin's own policy of depreciation took; those of programmes stand in the list of
    /// policies.
    package var depreciation: Amount

    /// Creates it from its members.
    package init(fees: Amount, communityShare: Amount, depreciation: Amount) {
        self.fees = fees
        self.communityShare = communityShare
        self.depreciation = depreciation
    }
}
