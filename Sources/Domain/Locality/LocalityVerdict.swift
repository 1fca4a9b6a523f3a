/// The answer of a locality policy, with the outcome of each of its rules.
package struct LocalityVerdict: Sendable, Hashable {
    /// In order of precedence: one refusal refuses, else one doubt makes it unsure.
    package enum Outcome: String, Sendable {
        case refused, unsure, accepted

        /// The outcome of rules together.
        package static func together(_ outcomes: some Sequence<Outcome>) -> Outcome {
            let all = Set(outcomes)
            return all.contains(.refused) ? .refused : all.contains(.unsure) ? .unsure : .accepted
        }
    }

    /// One rule and what it said.
    package struct RuleOutcome: Sendable, Hashable {
        package let rule: LocalityRule
        package let outcome: Outcome
        /// Set unless accepted.
        package let reason: LocalityRefusal?
    }

    package let outcome: Outcome
    /// In the policy's order.
    package let rules: [RuleOutcome]
}

extension LocalityPolicy {
    /// How far a phone's clock may run ahead of ours, in seconds.
    package static let clockTolerance: Double = 30

    /// Judges the facts of one payment by every rule.
    package func judge(_ facts: LocalityFacts) -> LocalityVerdict {
        let outcomes = rules.map { rule -> LocalityVerdict.RuleOutcome in
            switch Self.objection(of: rule, to: facts) {
            case nil: .init(rule: rule, outcome: .accepted, reason: nil)
            // Neither in nor out for sure: the payer can do something about it.
            case .payerNotSurelyInside:
                .init(rule: rule, outcome: .unsure, reason: .payerNotSurelyInside)
            case let reason?: .init(rule: rule, outcome: .refused, reason: reason)
            }
        }
        return LocalityVerdict(outcome: .together(outcomes.map(\.outcome)), rules: outcomes)
    }

    private static func objection(
        of rule: LocalityRule,
        to facts: LocalityFacts
    ) -> LocalityRefusal? {
        switch rule {
        case .borderless: return nil
        case .shopInGeofence:
            if let reason = objectionToPlace(of: facts) { return reason }
            return facts.shopIsInside == true ? nil : .shopOutsideGeofence
        case .terminalChallenge(let seconds):
            if facts.payerIsAtTerminal { return nil }
            guard let age = facts.challengeAgeSeconds else { return .challengeMissing }
            return age <= Double(seconds) ? nil : .challengeTooOld
        case .plausibleTravel(let kilometresPerHour):
            guard let travel = facts.travel, travel.metres > 0 else { return nil }
            return travel.metres * 3.6 <= Double(kilometresPerHour) * travel.seconds
                ? nil : .travelImplausible
        case .payerInGeofence, .payerNearShop, .freshFix, .accurateFix, .noMock:
            if facts.payerIsAtTerminal { return objection(of: rule, toPresence: facts) }
            guard let claim = facts.claim else { return .positionMissing }
            return objection(of: rule, to: claim, facts)
        }
    }

    /// Why the shop's place does not count.
    private static func objectionToPlace(of facts: LocalityFacts) -> LocalityRefusal? {
        guard facts.shopIsVerified else { return .shopPlaceUnverified }
        return facts.shopIsOpen ? nil : .shopClosed
    }

    /// Being at the terminal is as good as a fix of this moment, at the shop, without any error;
    /// as long as somebody has verified where the shop is.
    private static func objection(
        of rule: LocalityRule,
        toPresence facts: LocalityFacts
    ) -> LocalityRefusal? {
        if let reason = objectionToPlace(of: facts) { return reason }
        if case .payerInGeofence = rule {
            return facts.shopIsInside == true ? nil : .payerOutsideGeofence
        }
        return nil
    }

    private static func objection(
        of rule: LocalityRule,
        to claim: LocalityFacts.Claim,
        _ facts: LocalityFacts
    ) -> LocalityRefusal? {
        switch rule {
        case .borderless, .shopInGeofence, .terminalChallenge, .plausibleTravel: return nil
        case .noMock: return claim.isMock ? .positionMocked : nil
        case .freshFix(let seconds):
            if claim.ageSeconds < -clockTolerance { return .positionFromFuture }
            return claim.ageSeconds <= Double(seconds) ? nil : .positionTooOld
        case .accurateFix(let metres):
            return claim.accuracyMetres <= Double(metres) ? nil : .positionTooInaccurate
        case .payerNearShop(let metres):
            if let reason = objectionToPlace(of: facts) { return reason }
            // 'Given its accuracy': the circle reaches within the distance.
            return claim.metresToShop - claim.accuracyMetres <= Double(metres)
                ? nil : .payerTooFarFromShop
        case .payerInGeofence(let mode):
            guard let inside = claim.insideByMetres else { return .payerOutsideGeofence }
            switch mode {
            case .centre: return inside >= 0 ? nil : .payerOutsideGeofence
            case .possible:
                return inside + claim.accuracyMetres >= 0 ? nil : .payerOutsideGeofence
            case .confident:
                if inside >= claim.accuracyMetres { return nil }
                return inside + claim.accuracyMetres >= 0
                    ? .payerNotSurelyInside : .payerOutsideGeofence
            }
        }
    }
}
