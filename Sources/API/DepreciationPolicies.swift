/// How coins lose value: in every period a part, rounded down to whole minor units.
package enum DepreciationMethod: String, CaseIterable, Codable, Hashable, Sendable {
    /// The same even part of what was there, so that nothing is left when the term is over.
    case linear
    /// So many millionths of what is there.
    case exponential
}

/// How often coins lose value.
package enum DepreciationPeriod: String, CaseIterable, Codable, Hashable, Sendable {
    case day, week, month
}

/// A depreciation policy to give to a coin or a programme.
package struct DepreciationPolicyCreation: Codable, Hashable, Sendable {
    /// Linear or exponential.
    package var method: DepreciationMethod
    /// How often.
    package var period: DepreciationPeriod
    /// What is lost per period, for the exponential method only.
    package var partsPerMillion: Int?
    /// After how many periods nothing is left, for the linear method only.
    package var periods: Int?
    /// The first day of the first period, such as `2026-04-01`.
    package var startsOn: String
    /// Only pots of this programme; all of the coin's other pots when absent.
    package var programmeId: Identifier?
    /// The account that another policy of the coin has as its sink; one of its own when absent.
    package var sinkId: Identifier?

    /// Creates it from its members.
    package init(
        method: DepreciationMethod,
        period: DepreciationPeriod,
        partsPerMillion: Int? = nil,
        periods: Int? = nil,
        startsOn: String,
        programmeId: Identifier? = nil,
        sinkId: Identifier? = nil
    ) {
        self.method = method
        self.period = period
        self.partsPerMillion = partsPerMillion
        self.periods = periods
        self.startsOn = startsOn
        self.programmeId = programmeId
        self.sinkId = sinkId
    }
}

/// How the coins in pots lose value.
package struct DepreciationPolicy: Codable, Hashable, Sendable {
    /// The policy.
    package var id: Identifier
    /// The coin.
    package var coin: String
    /// Only pots of this programme; null for all other pots of the coin.
    @Nullable package var programmeId: Identifier?
    /// Linear or exponential.
    package var method: DepreciationMethod
    /// How often.
    package var period: DepreciationPeriod
    /// What is lost per period; null for the linear method.
    @Nullable package var partsPerMillion: Int?
    /// After how many periods nothing is left; null for the exponential method.
    @Nullable package var periods: Int?
    /// The first day of the first period.
    package var startsOn: String
    /// Days begin at midnight in this zone of the tz database.
    package var timeZone: String
    /// The account that receives what is lost.
    package var sinkId: Identifier
    /// What it has received so far.
    package var depreciated: Amount
    /// When it was made.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        coin: String,
        programmeId: Identifier?,
        method: DepreciationMethod,
        period: DepreciationPeriod,
        partsPerMillion: Int?,
        periods: Int?,
        startsOn: String,
        timeZone: String,
        sinkId: Identifier,
        depreciated: Amount,
        createdAt: Instant
    ) {
        self.id = id
        self.coin = coin
        self.programmeId = programmeId
        self.method = method
        self.period = period
        self.partsPerMillion = partsPerMillion
        self.periods = periods
        self.startsOn = startsOn
        self.timeZone = timeZone
        self.sinkId = sinkId
        self.depreciated = depreciated
        self.createdAt = createdAt
    }
}
