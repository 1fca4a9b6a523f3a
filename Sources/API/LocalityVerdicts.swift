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

/// The judgement about the place of a payment; holds no coordinates.
package struct LocalityVerdict: Codable, Hashable, Sendable {
    /// The outcome of all rules together.
    package var outcome: VerdictOutcome
    /// The outcome of every rule.
    package var rules: [RuleVerdict]
    /// The version of the coin's policy that was applied.
    package var policyVersion: Int
    /// The version of the geofence that was applied; null without one.
    @Nullable package var geofenceVersion: Int?
    /// The moment of judgement.
    package var judgedAt: Instant

    /// Creates it from its members.
    package init(
        outcome: VerdictOutcome,
        rules: [RuleVerdict],
        policyVersion: Int,
        geofenceVersion: Int?,
        judgedAt: Instant
    ) {
        self.outcome = outcome
        self.rules = rules
        self.policyVersion = policyVersion
        self.geofenceVersion = geofenceVersion
        self.judgedAt = judgedAt
    }
}
