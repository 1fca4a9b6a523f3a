/// An amount of a coin as clients see it: decimal text, never a JSON number.
///
/// The text has exactly as many digits after the point as the coin has; the service that knows the
/// coin checks that and converts to integer minor units.
package struct Amount: Codable, Hashable, Sendable {
    /// Decimal text such as `12.50`, without a sign. What one request moves has at most 13
    /// digits before the point; sums may have 17.
    package let value: String
    /// The coin's code, such as `oosterhof`.
    package let coin: String

    /// Creates an amount; the text is taken as it is.
    package init(value: String, coin: String) {
        self.value = value
        self.coin = coin
    }
}

/// An amount of a coin that may be negative: what a statement line adds or takes away.
package struct SignedAmount: Codable, Hashable, Sendable {
    /// Decimal text such as `-12.50`.
    package let value: String
    /// The coin's code.
    package let coin: String

    /// Creates a signed amount; the text is taken as it is.
    package init(value: String, coin: String) {
        self.value = value
        self.coin = coin
    }
}

/// An amount of euros: in the reserve, or on its way to a bank account.
package struct EuroAmount: Codable, Hashable, Sendable {
    /// Decimal text with two digits after the point, such as `12.50`.
    package let value: String
    /// The ISO 4217 code, always `EUR`.
    package let currency: String

    /// Creates an amount of euros; the text is taken as it is.
    package init(value: String, currency: String = "EUR") {
        self.value = value
        self.currency = currency
    }
}
