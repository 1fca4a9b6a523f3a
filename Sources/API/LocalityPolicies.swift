/// A locality policy to set.
package struct LocalityPolicySetting: Codable, Hashable, Sendable {
    /// From when it holds, not in the past; at once when absent.
    package var validFromAt: Instant?
    /// The name of the geofence; required by the geofence rules.
    package var geofence: String?
    /// All must be met; `borderless` only alone.
    package var rules: [LocalityRule]

    /// Creates it from its members.
    package init(validFromAt: Instant? = nil, geofence: String? = nil, rules: [LocalityRule]) {
        self.validFromAt = validFromAt
        self.geofence = geofence
        self.rules = rules
    }
}

/// One version of the locality policy of a coin.
package struct LocalityPolicy: Codable, Hashable, Sendable {
    /// The coin.
    package var coin: String
    /// Counted from 1 per coin.
    package var version: Int
    /// The name of the geofence; null without one.
    @Nullable package var geofence: String?
    /// All must be met.
    package var rules: [LocalityRule]
    /// From when it holds.
    package var validFromAt: Instant
    /// When it was set.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        coin: String,
        version: Int,
        geofence: String?,
        rules: [LocalityRule],
        validFromAt: Instant,
        createdAt: Instant
    ) {
        self.coin = coin
        self.version = version
        self.geofence = geofence
        self.rules = rules
        self.validFromAt = validFromAt
        self.createdAt = createdAt
    }
}
