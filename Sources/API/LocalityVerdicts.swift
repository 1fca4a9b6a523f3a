/// The outcome of a rule, or of a verdict.
package enum VerdictOutcome: String, CaseIterable, Codable, Hashable, Sendable {
    /// The rule is met.
    case accepted
    /// The rule is not met.
    case refused
    /// The evidence does not tell; counts as refused.
    case unsure
}

/// The outcome of one rule of a locality policy.
package struct RuleVerdict: Codable, Hashable, Sendable {
    /// The rule.
    package var rule: LocalityRuleName
    /// Its outcome.
    package var outcome: VerdictOutcome
    /// A stable code that an app can explain; null when accepted.
    @Nullable package var reason: String?

    /// Creates it from its members.
    package init(rule: LocalityRuleName, outcome: VerdictOutcome, reason: String?) {
        self.rule = rule
        self.outcome = outcome
        self.reason = reason
    }
}

/// One version of one geofence, as a verdict names it.
package struct GeofenceReference: Codable, Hashable, Sendable {
    /// The name of the area.
    package var name: String
    /// Counted from 1 per name.
    package var version: Int

    /// Creates it from its members.
    package init(name: String, version: Int) {
        self.name = name
        self.version = version
    }
}

/// Where the shop was at the moment of judgement.
package struct JudgedShop: Codable, Hashable, Sendable {
    /// Degrees east in WGS 84.
    package var longitude: Double
    /// Degrees north in WGS 84.
    package var latitude: Double
    /// The radius of its area in metres; absent for a point.
    package var radiusMetres: Int?
    /// Whether a second person had verified the place.
    package var verified: Bool
    /// Whether it was open; true for a shop without opening times.
    package var open: Bool

    /// Creates it from its members.
    package init(
        longitude: Double,
        latitude: Double,
        radiusMetres: Int?,
        verified: Bool,
        open: Bool
    ) {
        self.longitude = longitude
        self.latitude = latitude
        self.radiusMetres = radiusMetres
        self.verified = verified
        self.open = open
    }
}

/// The judgement about the place of a payment; holds no coordinates of a person.
package struct LocalityVerdict: Codable, Hashable, Sendable {
    /// The outcome of all rules together.
    package var outcome: VerdictOutcome
    /// The outcome of every rule.
    package var rules: [RuleVerdict]
    /// The version of the coin's policy that was applied.
    package var policyVersion: Int
    /// The version of the geofence that was applied; with several, the sum of their versions, which
    /// grows whenever one of them does; null without one.
    @Nullable package var geofenceVersion: Int?
    /// The versions of all geofences that were applied.
    package var geofences: [GeofenceReference]?
    /// Where the shop was.
    package var shop: JudgedShop?
    /// When the terminal showed the challenge that was answered; absent without one.
    package var challengedAt: Instant?
    /// The digest of the position claim, as the payer signed it; absent without a claim.
    package var positionDigest: String?
    /// Whether the payer stood at the terminal, with a card.
    package var atTerminal: Bool?
    /// Whether nobody stood at a till: what is paid for is picked up at the shop.
    package var atDistance: Bool?
    /// The judgement of every programme of the coin that has a policy of its own.
    package var programmes: [ProgrammeVerdict]?
    /// The moment of judgement.
    package var judgedAt: Instant

    /// Creates it from its members.
    package init(
        outcome: VerdictOutcome,
        rules: [RuleVerdict],
        policyVersion: Int,
        geofenceVersion: Int?,
        geofences: [GeofenceReference]? = nil,
        shop: JudgedShop? = nil,
        challengedAt: Instant? = nil,
        positionDigest: String? = nil,
        atTerminal: Bool? = nil,
        atDistance: Bool? = nil,
        programmes: [ProgrammeVerdict]? = nil,
        judgedAt: Instant
    ) {
        self.outcome = outcome
        self.rules = rules
        self.policyVersion = policyVersion
        self.geofenceVersion = geofenceVersion
        self.geofences = geofences
        self.shop = shop
        self.challengedAt = challengedAt
        self.positionDigest = positionDigest
        self.atTerminal = atTerminal
        self.atDistance = atDistance
        self.programmes = programmes
        self.judgedAt = judgedAt
    }
}

/// What the own policy of a programme says of the place of a payment.
package struct ProgrammeVerdict: Codable, Hashable, Sendable {
    /// The programme.
    package var programmeId: Identifier
    /// The outcome of all rules together; unless it accepts, no money of the programme is used.
    package var outcome: VerdictOutcome
    /// The reason of the first rule that is not met, or `not-at-distance`; null when accepted.
    @Nullable package var reason: String?
    /// The outcome of every rule; empty when nothing may be sold at a distance.
    package var rules: [RuleVerdict]
    /// The version of the programme's policy that was applied.
    package var policyVersion: Int
    /// As in the verdict of the coin, for the geofences of the programme.
    @Nullable package var geofenceVersion: Int?
    /// The versions of all its geofences.
    package var geofences: [GeofenceReference]?

    /// Creates it from its members.
    package init(
        programmeId: Identifier,
        outcome: VerdictOutcome,
        reason: String?,
        rules: [RuleVerdict],
        policyVersion: Int,
        geofences: [GeofenceReference]?
    ) {
        self.programmeId = programmeId
        self.outcome = outcome
        self.reason = reason
        self.rules = rules
        self.policyVersion = policyVersion
        geofenceVersion = geofences?.reduce(0) { $0 + $1.version }
        self.geofences = geofences
    }
}
