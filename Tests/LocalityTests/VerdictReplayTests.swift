import API
import Domain
import Geometry
import Locality
import Testing

/// Verdicts that are judged again from what they name.
@Suite struct VerdictReplayTests {
    private static let moment = Instant(microseconds: 1_800_000_000_000_000)
    private static let area = """
        {"type":"Feature","properties":{"name":"wijk","version":3},"geometry":{"type":"Polygon",\
        "coordinates":[[[5.09,52.08],[5.11,52.08],[5.11,52.09],[5.09,52.09],[5.09,52.08]]]}}
        """
    private static let rules: [API.LocalityRule] = [
        .shopInGeofence, .payerInGeofence(mode: .confident), .payerNearShop(withinMetres: 250),
        .terminalChallenge(maxAgeSeconds: 60), .freshFix(maxAgeSeconds: 120),
        .accurateFix(maxAccuracyMetres: 100), .noMock,
        .plausibleTravel(maxKilometresPerHour: 200),
    ]
    private static let policy = API.LocalityPolicy(
        coin: "oosterhof",
        version: 7,
        geofences: ["wijk"],
        rules: rules,
        validFromAt: moment,
        createdAt: moment
    )
    private static let areas = [
        VerdictReplay.Area(
            reference: GeofenceReference(name: "wijk", version: 3),
            geoJSON: Array(area.utf8)
        )
    ]

    private func claim(_ longitude: Double = 5.1001) -> PositionClaim {
        PositionClaim(
            longitude: longitude,
            latitude: 52.085,
            accuracyMetres: 12,
            fixedAt: Instant(microseconds: Self.moment.microseconds - 3_000_000),
            mock: false
        )
    }

    private func statement(on claim: PositionClaim?) throws -> VerdictStatement {
        var question = LocalityCase(
            policy: try Domain.LocalityPolicy(
                version: 7,
                rules: Self.rules.map { Domain.LocalityRule($0) },
                hasGeofence: true
            ),
            area: try Geometry.Geofence(unionOfCanonicalGeoJSON: [Self.area]),
            geofences: Self.areas.map(\.reference),
            shop: ShopPlace(
                coordinate: try #require(Coordinate(longitude: 5.1, latitude: 52.085)),
                radiusMetres: 30,
                isVerified: true
            ),
            moment: Self.moment
        )
        question.challengedAt = Instant(microseconds: Self.moment.microseconds - 9_000_000)
        question.positionDigest = claim == nil ? nil : String(repeating: "A", count: 43)
        question.previous = (
            CoarseCell(east: 102, north: 1041),
            Instant(microseconds: Self.moment.microseconds - 1)
        )
        let id = Identifier("01957c5e-6f00-7a10-8b20-0c30d040e05b")
        return VerdictStatement(
            paymentId: id,
            communityId: id,
            coin: "oosterhof",
            merchantId: id,
            shopId: id,
            verdict: question.verdict(on: claim),
            iat: 1_800_000_000
        )
    }

    @Test func `a verdict comes out the same, with the claim and without`() throws {
        for claim in [claim(), claim(5.1089), claim(5.2), nil] {
            let statement = try statement(on: claim)
            let replay = try VerdictReplay(
                of: statement,
                policy: Self.policy,
                areas: Self.areas
            )
            #expect(replay.isConsistent)
            let hidden = replay(nil)
            #expect(hidden.allSatisfy { $0.agrees })
            let disclosed = replay(claim)
            #expect(disclosed.allSatisfy { $0.agrees })
            #expect(
                disclosed.filter { $0.replayed == nil }.map(\.signed.rule) == [.plausibleTravel]
            )
            guard claim != nil else { continue }
            #expect(
                hidden.filter { $0.replayed != nil }.map(\.signed.rule)
                    == [.shopInGeofence, .terminalChallenge]
            )
        }
    }

    @Test func `a verdict that was changed comes out otherwise`() throws {
        var statement = try statement(on: claim(5.2))
        let index = try #require(
            statement.verdict.rules.firstIndex { $0.rule == .payerInGeofence }
        )
        #expect(statement.verdict.rules[index].outcome == .refused)
        statement.verdict.rules[index].outcome = .accepted
        statement.verdict.rules[index].reason = nil
        let replay = try VerdictReplay(of: statement, policy: Self.policy, areas: Self.areas)
        #expect(!replay(claim(5.2)).allSatisfy { $0.agrees })
        statement.verdict.outcome = .accepted
        let forged = try VerdictReplay(of: statement, policy: Self.policy, areas: Self.areas)
        #expect(!forged.isConsistent)
    }

    @Test func `an invoice is judged by the shop alone, where the policy permits it`() throws {
        var statement = try statement(on: nil)
        var policy = Self.policy
        policy.distanceSelling = true
        statement.verdict.rules = [
            RuleVerdict(rule: .shopInGeofence, outcome: .accepted, reason: nil)
        ]
        statement.verdict.outcome = .accepted
        statement.verdict.atDistance = true
        let permitted = try VerdictReplay(of: statement, policy: policy, areas: Self.areas)
        #expect(permitted.isConsistent)
        #expect(permitted(nil).map(\.replayed?.outcome) == [.accepted])
        let forbidden = try VerdictReplay(of: statement, policy: Self.policy, areas: Self.areas)
        #expect(!forbidden.isConsistent)
    }

    @Test func `another version of anything is refused`() throws {
        let statement = try statement(on: claim())
        func refusal(
            _ policy: API.LocalityPolicy = Self.policy,
            _ areas: [VerdictReplay.Area] = Self.areas
        ) -> VerdictReplay.Refusal? {
            do throws(VerdictReplay.Refusal) {
                _ = try VerdictReplay(of: statement, policy: policy, areas: areas)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal() == nil)
        var other = Self.policy
        other.version = 8
        #expect(refusal(other) == .otherPolicyVersion)
        other = Self.policy
        other.coin = "westerhof"
        #expect(refusal(other) == .otherCoin)
        #expect(
            refusal(Self.policy, []) == .otherGeofences(expected: Self.areas.map(\.reference))
        )
        let later = VerdictReplay.Area(
            reference: GeofenceReference(name: "wijk", version: 4),
            geoJSON: Array(Self.area.utf8)
        )
        #expect(
            refusal(Self.policy, [later])
                == .otherGeofences(expected: Self.areas.map(\.reference))
        )
        let broken = VerdictReplay.Area(reference: Self.areas[0].reference, geoJSON: [0x7B])
        #expect(refusal(Self.policy, [broken]) == .areaInvalid)
    }
}
