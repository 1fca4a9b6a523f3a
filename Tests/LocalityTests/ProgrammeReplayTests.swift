import API
import Domain
import Geometry
import Locality
import Testing

/// What verdicts say of programmes, judged again.
@Suite struct ProgrammeReplayTests {
    private static let moment = Instant(microseconds: 1_800_000_000_000_000)
    private static let programme = Identifier("01957c5e-6f00-7a10-8b20-0c30d040e070")
    private static let reference = GeofenceReference(name: "wijk", version: 3)
    private static let area = """
        {"type":"Feature","properties":{"name":"wijk","version":3},"geometry":{"type":"Polygon",\
        "coordinates":[[[5.09,52.08],[5.11,52.08],[5.11,52.09],[5.09,52.09],[5.09,52.08]]]}}
        """
    private static let areas = [
        VerdictReplay.Area(reference: reference, geoJSON: Array(area.utf8))
    ]
    private static let coinPolicy = API.LocalityPolicy(
        coin: "oosterhof",
        version: 7,
        geofences: [],
        rules: [.borderless],
        validFromAt: moment,
        createdAt: moment
    )
    private static let policy = ProgrammeLocalityPolicy(
        programmeId: programme,
        version: 2,
        geofences: ["wijk"],
        rules: [.payerInGeofence(mode: .confident), .terminalChallenge(maxAgeSeconds: 60)],
        validFromAt: moment,
        createdAt: moment
    )

    private func question(
        _ rules: [API.LocalityRule],
        version: Int,
        isInArea: Bool
    ) throws -> LocalityCase {
        var question = LocalityCase(
            policy: try Domain.LocalityPolicy(
                version: version,
                rules: rules.map { Domain.LocalityRule($0) },
                hasGeofence: isInArea
            ),
            area: isInArea ? try Geometry.Geofence(unionOfCanonicalGeoJSON: [Self.area]) : nil,
            geofences: isInArea ? [Self.reference] : [],
            shop: ShopPlace(
                coordinate: try #require(Coordinate(longitude: 5.1, latitude: 52.085)),
                isVerified: true
            ),
            moment: Self.moment
        )
        question.challengedAt = Instant(microseconds: Self.moment.microseconds - 9_000_000)
        question.positionDigest = String(repeating: "A", count: 43)
        return question
    }

    private func claim(_ longitude: Double) -> PositionClaim {
        PositionClaim(
            longitude: longitude,
            latitude: 52.085,
            accuracyMetres: 12,
            fixedAt: Self.moment,
            mock: false
        )
    }

    private func statement(
        on claim: PositionClaim?,
        atDistance: Bool = false
    ) throws -> VerdictStatement {
        var verdict = try question([.borderless], version: 7, isInArea: false).verdict(on: claim)
        verdict.atDistance = atDistance ? true : nil
        verdict.programmes = [
            try question(Self.policy.rules, version: 2, isInArea: true)
                .verdict(of: Self.programme, on: claim, beside: verdict)
        ]
        let id = Identifier("01957c5e-6f00-7a10-8b20-0c30d040e05b")
        return VerdictStatement(
            paymentId: id,
            communityId: id,
            coin: "oosterhof",
            merchantId: id,
            shopId: id,
            verdict: verdict,
            iat: 1_800_000_000
        )
    }

    private func replay(
        _ statement: VerdictStatement,
        _ policies: [ProgrammeLocalityPolicy] = [policy]
    ) throws -> VerdictReplay {
        try VerdictReplay(
            of: statement,
            policy: Self.coinPolicy,
            programmePolicies: policies,
            areas: Self.areas
        )
    }

    @Test(arguments: [
        (5.1, nil), (5.1099, "payer-not-surely-inside"), (5.2, "payer-outside-geofence"),
    ])
    func `a programme comes out the same, with the claim and without`(
        longitude: Double,
        reason: String?
    ) throws {
        let claim = claim(longitude)
        let statement = try statement(on: claim)
        #expect(statement.verdict.outcome == .accepted)
        #expect(statement.verdict.programmes?.map(\.reason) == [reason])
        let replay = try replay(statement)
        #expect(replay.isConsistent)
        let disclosed = replay(claim)
        #expect(disclosed.map(\.programme) == [nil, Self.programme, Self.programme])
        #expect(disclosed.allSatisfy { $0.agrees && $0.replayed != nil })
        let hidden = replay(nil)
        #expect(hidden.allSatisfy { $0.agrees })
        #expect(hidden.map { $0.replayed == nil } == [false, true, false])
    }

    @Test func `a programme that was changed comes out otherwise`() throws {
        let honest = try statement(on: claim(5.2))
        var forged = honest
        forged.verdict.programmes?[0].outcome = .accepted
        forged.verdict.programmes?[0].reason = nil
        #expect(try !replay(forged).isConsistent)
        forged.verdict.programmes?[0].rules[0].outcome = .accepted
        forged.verdict.programmes?[0].rules[0].reason = nil
        #expect(try replay(forged).isConsistent)
        let rules = try replay(forged)(claim(5.2))
        #expect(!rules.allSatisfy { $0.agrees })
        forged = honest
        forged.verdict.programmes?[0].rules.removeFirst()
        #expect(try !replay(forged).isConsistent)
    }

    @Test func `an invoice without permission bars the programme`() throws {
        let statement = try statement(on: nil, atDistance: true)
        let judged = try #require(statement.verdict.programmes?.first)
        #expect(judged.reason == "not-at-distance" && judged.rules.isEmpty)
        #expect(try replay(statement).isConsistent)
        var permitting = Self.policy
        permitting.distanceSelling = true
        #expect(try !replay(statement, [permitting]).isConsistent)
    }

    @Test func `a policy of the programme that is not there is asked for`() throws {
        let statement = try statement(on: claim(5.1))
        var other = Self.policy
        other.version = 3
        for policies in [[], [other]] {
            #expect(
                throws: VerdictReplay.Refusal.programmePolicyMissing(
                    programme: Self.programme,
                    version: 2
                )
            ) { try replay(statement, policies) }
        }
        #expect(try replay(statement, [other, Self.policy]).isConsistent)
    }
}
