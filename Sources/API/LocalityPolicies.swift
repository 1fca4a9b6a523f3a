/// A locality policy to set.
package struct LocalityPolicySetting: Codable, Hashable, Sendable {
    /// From when it holds, not in the past; at once when absent.
    package var validFromAt: Instant?
    /// The name of the geofence; required by the geofence rules, unless `geofences` is there.
    package var geofence: String?
    /// The names of several geofences, instead of one: the coin is valid in all of them together.
    package var geofences: [String]?
    /// All must be met; `borderless` only alone.
    package var rules: [LocalityRule]
    /// Whether shops may sell at a distance, to be fetched at the shop; false when absent.
    package var distanceSelling: Bool?

    /// Creates it from its members.
    package init(
        validFromAt: Instant? = nil,
        geofence: String? = nil,
        geofences: [String]? = nil,
        rules: [LocalityRule],
        distanceSelling: Bool? = nil
    ) {
        self.validFromAt = validFromAt
        self.geofence = geofence
        self.geofences = geofences
        self.rules = rules
        self.distanceSelling = distanceSelling
    }
}

/// One version of the locality policy of a coin.
package struct LocalityPolicy: Codable, Hashable, Sendable {
    /// The coin.
    package var coin: String
    /// Counted from 1 per coin.
    package var version: Int
    /// The name of the geofence; null without one, and with several.
    @Nullable package var geofence: String?
    /// The names of all geofences; empty without one.
    package var geofences: [String]
    /// All must be met.
    package var rules: [LocalityRule]
    /// Whether shops may sell at a distance, to be fetched at the shop.
    package var distanceSelling: Bool
    /// From when it holds.
    package var validFromAt: Instant
    /// When it was set.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        coin: String,
        version: Int,
        geofences: [String],
        rules: [LocalityRule],
        distanceSelling: Bool = false,
        validFromAt: Instant,
        createdAt: Instant
    ) {
        self.coin = coin
        self.version = version
        geofence = geofences.count == 1 ? geofences.first : nil
        self.geofences = geofences
        self.rules = rules
        self.distanceSelling = distanceSelling
        self.validFromAt = validFromAt
        self.createdAt = createdAt
    }
}

/// One version of the locality policy of a programme.
package struct ProgrammeLocalityPolicy: Codable, Hashable, Sendable {
    /// The programme.
    package var programmeId: Identifier
    /// Counted from 1 per programme.
    package var version: Int
    /// The name of the geofence; null without one, and with several.
    @Nullable package var geofence: String?
    /// The names of all geofences; empty without one.
    package var geofences: [String]
    /// All must be met, beside those of the coin.
    package var rules: [LocalityRule]
    /// Whether shops may sell at a distance, to be fetched at the shop.
    package var distanceSelling: Bool
    /// From when it holds.
    package var validFromAt: Instant
    /// When it was set.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        programmeId: Identifier,
        version: Int,
        geofences: [String],
        rules: [LocalityRule],
        distanceSelling: Bool = false,
        validFromAt: Instant,
        createdAt: Instant
    ) {
        self.programmeId = programmeId
        self.version = version
        geofence = geofences.count == 1 ? geofences.first : nil
        self.geofences = geofences
        self.rules = rules
        self.distanceSelling = distanceSelling
        self.validFromAt = validFromAt
        self.createdAt = createdAt
    }
}
