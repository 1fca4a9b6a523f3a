/// The part of a wallet for one coin and one programme.
package struct Pot: Codable, Hashable, Sendable {
    /// The pot.
    package var id: Identifier
    /// The coin.
    package var coin: String
    /// The programme that earmarks it; null for free coins.
    @Nullable package var programmeId: Identifier?
    /// The name of the programme; null for free coins.
    @Nullable package var programmeName: String?
    /// What was credited less what was debited.
    package var posted: Amount
    /// What is reserved.
    package var held: Amount
    /// Posted less held.
    package var available: Amount
    /// When what is left returns to the programme; null for a pot that does not expire.
    @Nullable package var expiresAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        coin: String,
        programmeId: Identifier?,
        programmeName: String?,
        posted: Amount,
        held: Amount,
        available: Amount,
        expiresAt: Instant?
    ) {
        self.id = id
        self.coin = coin
        self.programmeId = programmeId
        self.programmeName = programmeName
        self.posted = posted
        self.held = held
        self.available = available
        self.expiresAt = expiresAt
    }
}

/// All pots of a wallet in one coin together.
package struct WalletTotal: Codable, Hashable, Sendable {
    /// The coin.
    package var coin: String
    /// What was credited less what was debited.
    package var posted: Amount
    /// What is reserved.
    package var held: Amount
    /// Posted less held.
    package var available: Amount

    /// Creates it from its members.
    package init(
        coin: String,
        posted: Amount,
        held: Amount,
        available: Amount
    ) {
        self.coin = coin
        self.posted = posted
        self.held = held
        self.available = available
    }
}

/// The purse of a holder.
package struct Wallet: Codable, Hashable, Sendable {
    /// The wallet.
    package var id: Identifier
    /// Its alias; null without one.
    @Nullable package var alias: String?
    /// Its pots.
    package var pots: [Pot]
    /// The pots added per coin.
    package var totals: [WalletTotal]
    /// When it was made.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        alias: String?,
        pots: [Pot],
        totals: [WalletTotal],
        createdAt: Instant
    ) {
        self.id = id
        self.alias = alias
        self.pots = pots
        self.totals = totals
        self.createdAt = createdAt
    }
}
