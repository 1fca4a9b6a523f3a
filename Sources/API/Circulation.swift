/// How much of a coin exists and what stands against it.
package struct Circulation: Codable, Hashable, Sendable {
    /// The coin.
    package var coin: String
    /// All coins outside the issuer.
    package var circulation: Amount
    /// Those among them that pots have lost by depreciation, as far as it is posted.
    package var depreciated: Amount
    /// The euros held against them.
    package var reserve: EuroAmount
    /// The moment that both belong to.
    package var asOfAt: Instant

    /// Creates it from its members.
    package init(
        coin: String,
        circulation: Amount,
        depreciated: Amount,
        reserve: EuroAmount,
        asOfAt: Instant
    ) {
        self.coin = coin
        self.circulation = circulation
        self.depreciated = depreciated
        self.reserve = reserve
        self.asOfAt = asOfAt
    }
}
