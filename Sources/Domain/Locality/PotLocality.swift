/// Whether the pots of a programme may be used at a place.
///
/// A programme's policy counts beside its coin's, never instead of it: both must accept. So a
/// programme can be stricter than the coin and, whatever its manager writes down, never looser.
package enum PotLocality {
    /// What the own policy of a programme says.
    package struct Judgement: Sendable, Hashable {
        /// Unless it accepts, pots of the programme are left out.
        package let outcome: LocalityVerdict.Outcome
        /// Of the first rule that is not met; set unless accepted.
        package let reason: LocalityRefusal?
        /// In the policy's order; empty when nothing may be sold at a distance.
        package let rules: [LocalityVerdict.RuleOutcome]
    }

    /// Judges the same facts of a payment that the coin's policy judges, measured for the areas of
    /// the programme's.
    package static func judge(
        _ policy: LocalityPolicy,
        _ facts: LocalityFacts,
        atDistance: Bool = false
    ) -> Judgement {
        guard let verdict = atDistance ? policy.judgeAtDistance(facts) : policy.judge(facts)
        else { return Judgement(outcome: .refused, reason: .notAtDistance, rules: []) }
        return Judgement(
            outcome: verdict.outcome,
            reason: verdict.rules.lazy.compactMap(\.reason).first,
            rules: verdict.rules
        )
    }
}
