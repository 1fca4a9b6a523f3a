extension LocalityPolicy {
    /// Judges an invoice, for which nobody stands at a till: the shop where the goods are picked up
    /// must be inside, wherever the payer is. `nil` when the policy does not permit that; a coin
    /// without borders needs no permission.
    package func judgeAtDistance(_ facts: LocalityFacts) -> LocalityVerdict? {
        if rules.contains(.borderless) { return judge(facts) }
        guard allowsDistanceSelling,
            let pickUp = try? LocalityPolicy(
                version: version,
                rules: [.shopInGeofence],
                hasGeofence: true
            )
        else { return nil }
        return pickUp.judge(facts)
    }
}
