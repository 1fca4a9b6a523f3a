/// Where a coin may be spent, in a word.
package enum CoinLocality: String, CaseIterable, Codable, Hashable, Sendable {
    /// The policy in force looks at place.
    case geofenced
    /// The policy in force allows every place.
    case borderless
    /// No policy is in force; the coin cannot be spent in shops.
    case unset
}

/// What a new coin needs.
package struct CoinCreation: Codable, Hashable, Sendable {
    /// Its code, for ever.
    package var code: String
    /// Its name.
    package var name: String
    /// What stands before amounts.
    package var symbol: String
    /// The digits after the point; a peg to the euro needs 2.
    package var digits: Int
    /// What one coin is worth, `EUR`.
    package var peg: String

    /// Creates it from its members.
    package init(
        code: String,
        name: String,
        symbol: String,
        digits: Int,
        peg: String = "EUR"
    ) {
        self.code = code
        self.name = name
        self.symbol = symbol
        self.digits = digits
        self.peg = peg
    }
}

/// A coin of a community.
package struct Coin: Codable, Hashable, Sendable {
    /// Its code.
    package var code: String
    /// Its name.
    package var name: String
    /// What stands before amounts.
    package var symbol: String
    /// The digits after the point.
    package var digits: Int
    /// What one coin is worth.
    package var peg: String
    /// Where it may be spent.
    package var locality: CoinLocality
    /// When it was made.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        code: String,
        name: String,
        symbol: String,
        digits: Int,
        peg: String = "EUR",
        locality: CoinLocality,
        createdAt: Instant
    ) {
        self.code = code
        self.name = name
        self.symbol = symbol
        self.digits = digits
        self.peg = peg
        self.locality = locality
        self.createdAt = createdAt
    }
}
