/// What a new programme needs.
package struct ProgrammeCreation: Codable, Hashable, Sendable {
    /// Its name.
    package var name: String
    /// The coin that it pays.
    package var coin: String
    /// The institution behind it; the caller's when absent.
    package var institutionId: Identifier?
    /// When what is left in its pots returns to it; never when absent.
    package var potsExpireAt: Instant?

    /// Creates it from its members.
    package init(
        name: String,
        coin: String,
        institutionId: Identifier? = nil,
        potsExpireAt: Instant? = nil
    ) {
        self.name = name
        self.coin = coin
        self.institutionId = institutionId
        self.potsExpireAt = potsExpireAt
    }
}

/// The money of a programme.
package struct ProgrammeBudget: Codable, Hashable, Sendable {
    /// Everything that was funded.
    package var funded: Amount
    /// What no batch has claimed.
    package var available: Amount
    /// What approved batches have claimed and not yet paid.
    package var reserved: Amount
    /// What was credited.
    package var paid: Amount

    /// Creates it from its members.
    package init(
        funded: Amount,
        available: Amount,
        reserved: Amount,
        paid: Amount
    ) {
        self.funded = funded
        self.available = available
        self.reserved = reserved
        self.paid = paid
    }
}

/// A public scheme that funds wallets.
package struct Programme: Codable, Hashable, Sendable {
    /// The programme.
    package var id: Identifier
    /// Its name.
    package var name: String
    /// The coin that it pays.
    package var coin: String
    /// Its money.
    package var budget: ProgrammeBudget
    /// When what is left in its pots returns to it; null for never.
    @Nullable package var potsExpireAt: Instant?
    /// When it was made.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        name: String,
        coin: String,
        budget: ProgrammeBudget,
        potsExpireAt: Instant?,
        createdAt: Instant
    ) {
        self.id = id
        self.name = name
        self.coin = coin
        self.budget = budget
        self.potsExpireAt = potsExpireAt
        self.createdAt = createdAt
    }
}
