/// What was measured for one payment; coordinates stay with whoever measured.
package struct LocalityFacts: Sendable {
    /// What is known of the payer's position claim.
    package struct Claim: Sendable {
        /// Metres to the geofence's boundary: positive inside, negative outside, 0 on it.
        /// `nil` when the policy has no geofence.
        package let insideByMetres: Double?
        package let metresToShop: Double
        /// Radius of 68 % confidence, as phones report it.
        package let accuracyMetres: Double
        /// Negative when the phone's clock runs ahead.
        package let ageSeconds: Double
        package let isMock: Bool

        package init(
            insideByMetres: Double?,
            metresToShop: Double,
            accuracyMetres: Double,
            ageSeconds: Double,
            isMock: Bool
        ) {
            self.insideByMetres = insideByMetres
            self.metresToShop = metresToShop
            self.accuracyMetres = accuracyMetres
            self.ageSeconds = ageSeconds
            self.isMock = isMock
        }
    }

    /// `nil` when the policy has no geofence.
    package let shopIsInside: Bool?
    package let shopIsVerified: Bool
    package let claim: Claim?
    /// The payer stands at the shop's terminal, with a card: the shop's place is the payer's.
    package let payerIsAtTerminal: Bool

    package init(
        shopIsInside: Bool?,
        shopIsVerified: Bool,
        claim: Claim?,
        payerIsAtTerminal: Bool = false
    ) {
        self.shopIsInside = shopIsInside
        self.shopIsVerified = shopIsVerified
        self.claim = claim
        self.payerIsAtTerminal = payerIsAtTerminal
    }
}

/// Why a rule refused; stable codes that an app explains in its holder's language.
package enum LocalityRefusal: String, Error, Sendable, CaseIterable {
    case shopPlaceUnverified = "shop-place-unverified"
    case shopOutsideGeofence = "shop-outside-geofence"
    case positionMissing = "position-missing"
    case positionMocked = "position-mocked"
    case positionTooOld = "position-too-old"
    /// The fix lies further in the future than clocks differ.
    case positionFromFuture = "position-from-future"
    case positionTooInaccurate = "position-too-inaccurate"
    case payerOutsideGeofence = "payer-outside-geofence"
    /// The accuracy circle crosses the boundary: come further in, or get a better fix.
    case payerNotSurelyInside = "payer-not-surely-inside"
    case payerTooFarFromShop = "payer-too-far-from-shop"
}

/// The answer of a locality policy, with the outcome of each of its rules.
package struct LocalityVerdict: Sendable, Hashable {
    /// In order of precedence: one refusal refuses, else one doubt makes it unsure.
    package enum Outcome: String, Sendable { case refused, unsure, accepted }

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
        let outcome: LocalityVerdict.Outcome =
            outcomes.contains { $0.outcome == .refused }
            ? .refused : outcomes.contains { $0.outcome == .unsure } ? .unsure : .accepted
        return LocalityVerdict(outcome: outcome, rules: outcomes)
    }

    private static func objection(
        of rule: LocalityRule,
        to facts: LocalityFacts
    ) -> LocalityRefusal? {
        switch rule {
        case .borderless: return nil
        case .shopInGeofence:
            guard facts.shopIsVerified else { return .shopPlaceUnverified }
            return facts.shopIsInside == true ? nil : .shopOutsideGeofence
        case .payerInGeofence, .payerNearShop, .freshFix, .accurateFix, .noMock:
            if facts.payerIsAtTerminal { return objection(of: rule, toPresence: facts) }
            guard let claim = facts.claim else { return .positionMissing }
            return objection(of: rule, to: claim, shopIsVerified: facts.shopIsVerified)
        }
    }

    /// Being at the terminal is as good as a fix of this moment, at the shop, without any error;
    /// as long as somebody has verified where the shop is.
    private static func objection(
        of rule: LocalityRule,
        toPresence facts: LocalityFacts
    ) -> LocalityRefusal? {
        guard facts.shopIsVerified else { return .shopPlaceUnverified }
        if case .payerInGeofence = rule {
            return facts.shopIsInside == true ? nil : .payerOutsideGeofence
        }
        return nil
    }

    private static func objection(
        of rule: LocalityRule,
        to claim: LocalityFacts.Claim,
        shopIsVerified: Bool
    ) -> LocalityRefusal? {
        switch rule {
        case .borderless, .shopInGeofence: return nil
        case .noMock: return claim.isMock ? .positionMocked : nil
        case .freshFix(let seconds):
            if claim.ageSeconds < -clockTolerance { return .positionFromFuture }
            return claim.ageSeconds <= Double(seconds) ? nil : .positionTooOld
        case .accurateFix(let metres):
            return claim.accuracyMetres <= Double(metres) ? nil : .positionTooInaccurate
        case .payerNearShop(let metres):
            guard shopIsVerified else { return .shopPlaceUnverified }
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
