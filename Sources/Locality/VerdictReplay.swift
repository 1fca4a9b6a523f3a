package import API
import Domain
import Geometry

/// Judges a payment's place again, from what its verdict names, and compares.
package struct VerdictReplay: Sendable {
    /// Why nothing can be replayed.
    package enum Refusal: Error, Equatable {
        /// The verdict was made before verdicts told where the shop was.
        case shopUnknown
        case otherCoin
        case otherPolicyVersion
        case policyInvalid
        /// An area that the verdict names is not there, or one that it does not name is.
        case otherGeofences(expected: [GeofenceReference])
        case areaInvalid
        /// The policy of a programme that the verdict names is not there, or not in that version.
        case programmePolicyMissing(programme: Identifier, version: Int)
    }

    /// An area's version and the GeoJSON that `getGeofenceArea` answered for it.
    package struct Area: Sendable {
        package let reference: GeofenceReference
        package let geoJSON: [UInt8]

        /// Creates it from its members.
        package init(reference: GeofenceReference, geoJSON: [UInt8]) {
            self.reference = reference
            self.geoJSON = geoJSON
        }
    }

    /// One rule as it was signed and as it comes out now.
    package struct Comparison: Sendable, Hashable {
        /// Whose rule it is; `nil` for the coin.
        package var programme: Identifier?
        package let signed: RuleVerdict
        /// `nil` when it needs what is no longer known: the payer's claim, which is not kept,
        /// unless the payer discloses it, or the previous payment, forgotten after hours.
        package let replayed: RuleVerdict?

        /// Whether nothing speaks against the signed outcome.
        package var agrees: Bool { replayed == nil || replayed == signed }
    }

    private let question: LocalityCase
    private let verdict: API.LocalityVerdict
    private let programmes: [(signed: ProgrammeVerdict, question: LocalityCase)]

    /// Puts the question together; throws ``Refusal`` when these are not the policy and areas that
    /// the verdict names. Of the programmes' policies, those are used that the verdict names.
    package init(
        of statement: VerdictStatement,
        policy: API.LocalityPolicy,
        programmePolicies: [ProgrammeLocalityPolicy] = [],
        areas: [Area]
    ) throws(Refusal) {
        verdict = statement.verdict
        guard let shop = verdict.shop.flatMap({ ShopPlace($0) }) else { throw .shopUnknown }
        guard policy.coin == statement.coin else { throw .otherCoin }
        guard policy.version == verdict.policyVersion else { throw .otherPolicyVersion }
        let judged = verdict.programmes ?? []
        let expected = (verdict.geofences ?? []) + judged.flatMap { $0.geofences ?? [] }
        guard Set(areas.map(\.reference)) == Set(expected) else {
            throw .otherGeofences(expected: expected)
        }
        question = try Self.question(
            verdict,
            by: Self.rules(
                policy.version,
                policy.rules,
                policy.geofences,
                policy.distanceSelling
            ),
            in: verdict.geofences ?? [],
            areas,
            shop
        )
        var programmes: [(signed: ProgrammeVerdict, question: LocalityCase)] = []
        for signed in judged {
            guard
                let policy = programmePolicies.first(where: {
                    $0.programmeId == signed.programmeId && $0.version == signed.policyVersion
                })
            else {
                throw .programmePolicyMissing(
                    programme: signed.programmeId,
                    version: signed.policyVersion
                )
            }
            let rules = try Self.rules(
                policy.version,
                policy.rules,
                policy.geofences,
                policy.distanceSelling
            )
            let question = try Self.question(
                verdict,
                by: rules,
                in: signed.geofences ?? [],
                areas,
                shop
            )
            programmes.append((signed, question))
        }
        self.programmes = programmes
    }

    private static func rules(
        _ version: Int,
        _ rules: [API.LocalityRule],
        _ geofences: [String],
        _ distanceSelling: Bool
    ) throws(Refusal) -> Domain.LocalityPolicy {
        do {
            return try Domain.LocalityPolicy(
                version: version,
                rules: rules.map { Domain.LocalityRule($0) },
                hasGeofence: !geofences.isEmpty,
                allowsDistanceSelling: distanceSelling
            )
        } catch {
            throw .policyInvalid
        }
    }

    private static func question(
        _ verdict: API.LocalityVerdict,
        by rules: Domain.LocalityPolicy,
        in geofences: [GeofenceReference],
        _ areas: [Area],
        _ shop: ShopPlace
    ) throws(Refusal) -> LocalityCase {
        var area: Geometry.Geofence?
        do {
            var read: [Geometry.GeofenceImport.Result] = []
            for area in areas where geofences.contains(area.reference) {
                read.append(try Geometry.GeofenceImport.read(area.geoJSON, limits: .offline))
            }
            if !read.isEmpty { area = try Geometry.Geofence(Geometry.GeofenceImport.union(read)) }
        } catch {
            throw .areaInvalid
        }
        var question = LocalityCase(
            policy: rules,
            area: area,
            geofences: geofences,
            shop: shop,
            moment: verdict.judgedAt
        )
        question.challengedAt = verdict.challengedAt
        return question
    }

    /// Compares every rule.
    ///
    /// - Parameter claim: what the payer disclosed, its digest checked by the caller; `nil` when
    ///   nothing was.
    package func callAsFunction(_ claim: PositionClaim?) -> [Comparison] {
        let atTerminal = verdict.atTerminal == true
        let hidesClaim = claim == nil && verdict.positionDigest != nil
        let facts = question.facts(claim, atTerminal: atTerminal)
        let again =
            verdict.atDistance == true
            ? question.policy.judgeAtDistance(facts) : question.policy.judge(facts)
        let comparisons =
            again.map { Self.compare(verdict.rules, $0.rules, hidesClaim: hidesClaim) }
            ?? verdict.rules.map { Comparison(signed: $0, replayed: nil) }
        return comparisons
            + programmes.flatMap { signed, question in
                let facts = question.facts(claim, atTerminal: atTerminal)
                let atDistance = verdict.atDistance == true
                let again = PotLocality.judge(question.policy, facts, atDistance: atDistance)
                return Self.compare(
                    signed.rules,
                    again.rules,
                    of: signed.programmeId,
                    hidesClaim: hidesClaim
                )
            }
    }

    private static func compare(
        _ signed: [RuleVerdict],
        _ again: [Domain.LocalityVerdict.RuleOutcome],
        of programme: Identifier? = nil,
        hidesClaim: Bool
    ) -> [Comparison] {
        zip(signed, again).map { signed, now in
            let isUnknown = now.rule.needsTravel || (now.rule.needsClaim && hidesClaim)
            return Comparison(
                programme: programme,
                signed: signed,
                replayed: isUnknown ? nil : RuleVerdict(now)
            )
        }
    }

    /// Whether the verdict as a whole, and that of every programme, follows from its rules, and has
    /// one outcome for each rule.
    package var isConsistent: Bool {
        let isAtDistance = verdict.atDistance == true
        guard verdict.rules.map(\.rule) == Self.judged(by: question.policy, isAtDistance) else {
            return false
        }
        return Self.together(verdict.rules) == verdict.outcome
            && programmes.allSatisfy { signed, question in
                let judged = Self.judged(by: question.policy, isAtDistance)
                guard signed.rules.map(\.rule) == judged ?? [] else { return false }
                let reason =
                    judged == nil
                    ? LocalityRefusal.notAtDistance.rawValue
                    : signed.rules.lazy.compactMap(\.reason).first
                let outcome = judged == nil ? .refused : Self.together(signed.rules)
                return signed.outcome == outcome && signed.reason == reason
            }
    }

    private static func together(_ rules: [RuleVerdict]) -> VerdictOutcome {
        rules.contains { $0.outcome == .refused }
            ? .refused : rules.contains { $0.outcome == .unsure } ? .unsure : .accepted
    }

    /// The rules that a policy asks; `nil` when it permits no distance selling.
    private static func judged(
        by policy: Domain.LocalityPolicy,
        _ isAtDistance: Bool
    ) -> [LocalityRuleName]? {
        let all = policy.rules.map { API.LocalityRule($0).name }
        guard isAtDistance, all != [.borderless] else { return all }
        return policy.allowsDistanceSelling ? [.shopInGeofence] : nil
    }
}
