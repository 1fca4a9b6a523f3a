package import API
package import Domain
package import Geometry

/// One question about place: a policy, its area, a shop, a moment, and what is known of the payer.
/// Coordinates end here; the verdict has those of the shop only.
package struct LocalityCase: Sendable {
    /// The policy in force.
    package let policy: Domain.LocalityPolicy
    /// The area of its geofences together; `nil` without one.
    package let area: Geometry.Geofence?
    /// Which versions the area is made of.
    package let geofences: [GeofenceReference]
    /// Where the shop is.
    package let shop: ShopPlace
    /// The moment of judgement.
    package let moment: Instant
    /// When the terminal showed the challenge that was answered; `nil` when none was.
    package var challengedAt: Instant?
    /// The digest of the claim, as the payer signed it.
    package var positionDigest: String?
    /// Where and when the wallet paid before; `nil` when nothing is remembered.
    package var previous: (cell: CoarseCell, at: Instant)?

    /// Creates it from its members.
    package init(
        policy: Domain.LocalityPolicy,
        area: Geometry.Geofence?,
        geofences: [GeofenceReference],
        shop: ShopPlace,
        moment: Instant
    ) {
        self.policy = policy
        self.area = area
        self.geofences = geofences
        self.shop = shop
        self.moment = moment
    }

    /// What a policy judges; `nil` stands for no claim.
    package func facts(_ claim: PositionClaim?, atTerminal: Bool = false) -> LocalityFacts {
        LocalityFacts(
            shopIsInside: area.map(shop.isInside),
            shopIsVerified: shop.isVerified,
            shopIsOpen: shop.isOpen,
            claim: claim.flatMap(measure),
            payerIsAtTerminal: atTerminal,
            challengeAgeSeconds: challengedAt.map(secondsSince),
            travel: travel(to: claim)
        )
    }

    /// The verdict on a claim; `nil` stands for no claim.
    package func verdict(on claim: PositionClaim?) -> API.LocalityVerdict {
        verdict(policy.judge(facts(claim)))
    }

    /// The verdict on somebody who pays by card, at the terminal of the shop.
    package func verdictAtTerminal() -> API.LocalityVerdict {
        var verdict = verdict(policy.judge(facts(nil, atTerminal: true)))
        verdict.atTerminal = true
        return verdict
    }

    /// The verdict on an invoice, for which nobody stands at a till; `nil` when the policy does not
    /// permit any.
    package func verdictAtDistance() -> API.LocalityVerdict? {
        guard let judged = policy.judgeAtDistance(facts(nil)) else { return nil }
        var verdict = verdict(judged)
        verdict.atDistance = true
        return verdict
    }

    private func verdict(_ judged: Domain.LocalityVerdict) -> API.LocalityVerdict {
        API.LocalityVerdict(
            outcome: VerdictOutcome(judged.outcome),
            rules: judged.rules.map { RuleVerdict($0) },
            policyVersion: policy.version,
            geofenceVersion: geofences.isEmpty ? nil : geofences.reduce(0) { $0 + $1.version },
            geofences: geofences.isEmpty ? nil : geofences,
            shop: shop.judged,
            challengedAt: challengedAt,
            positionDigest: positionDigest,
            judgedAt: moment
        )
    }

    /// What the policy, being that of a programme, says of the same payment as a verdict of its coin.
    package func verdict(
        of programme: Identifier,
        on claim: PositionClaim?,
        beside verdict: API.LocalityVerdict
    ) -> ProgrammeVerdict {
        let judged = PotLocality.judge(
            policy,
            facts(claim, atTerminal: verdict.atTerminal == true),
            atDistance: verdict.atDistance == true
        )
        return ProgrammeVerdict(
            programmeId: programme,
            outcome: VerdictOutcome(judged.outcome),
            reason: judged.reason?.rawValue,
            rules: judged.rules.map { RuleVerdict($0) },
            policyVersion: policy.version,
            geofences: geofences.isEmpty ? nil : geofences
        )
    }

    private func measure(_ claim: PositionClaim) -> LocalityFacts.Claim? {
        guard
            let place = Coordinate(longitude: claim.longitude, latitude: claim.latitude)
        else { return nil }
        return LocalityFacts.Claim(
            insideByMetres: area?.signedDistanceMetres(of: place),
            metresToShop: shop.metres(from: place),
            accuracyMetres: claim.accuracyMetres,
            ageSeconds: secondsSince(claim.fixedAt),
            isMock: claim.mock
        )
    }

    /// To the shop, or to where the payer says to be with the benefit of the accuracy, whichever is
    /// further: who claims to be anywhere within 100 km is at the shop all the same.
    private func travel(to claim: PositionClaim?) -> LocalityFacts.Travel? {
        guard let previous else { return nil }
        let toClaim = claim.flatMap { claim in
            Coordinate(longitude: claim.longitude, latitude: claim.latitude)
                .map { previous.cell.metres(from: $0) - claim.accuracyMetres }
        }
        let toShop = previous.cell.metres(from: shop.coordinate) - shop.radiusMetres
        return LocalityFacts.Travel(
            metres: max(0, toShop, toClaim ?? 0),
            seconds: max(0, secondsSince(previous.at))
        )
    }

    private func secondsSince(_ instant: Instant) -> Double {
        Double(moment.microseconds - instant.microseconds) / 1_000_000
    }
}
