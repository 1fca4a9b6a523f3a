import API
import Foundation
import TestSupport
import Testing

/// Areas and policies that change between a request and its approval.
@Suite struct LocalityChangeTests {
    /// Beside the neighbourhood, to the east; the border is shared.
    private static let neighbour = Neighbourhood.polygon([
        [[5.115, 52.085], [5.130, 52.085], [5.130, 52.094], [5.115, 52.094], [5.115, 52.085]]
    ])
    private static let inNeighbour = Place(longitude: 5.1220, latitude: 52.0901)

    @Test func `an area that shrinks after the request refuses at the approval`() async throws {
        let community = try await TestCommunity.make(rules: [.shopInGeofence])
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        // Both are remembered: the payment, and the phone that has paid before.
        let first = try await resident.pay(try await shop.request("1.00"), at: nil)
            .decode(Payment.self)
        #expect(first.verdict?.geofences == [GeofenceReference(name: "wijk", version: 1)])
        let payment = try await shop.request("1.00")
        try await importArea("wijk", Self.neighbour, community)
        let refused = try await resident.pay(payment, at: nil)
        let verdict = try #require(refused.problem?.verdict)
        #expect(verdict.rules.first?.reason == "shop-outside-geofence")
        #expect(verdict.geofenceVersion == 2)
    }

    @Test func `a coin is valid in several neighbourhoods together, each in its own version`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        try await importArea("oost", Self.neighbour, community)
        let policy = try await setPolicy(community, ["wijk", "oost"]).decode(LocalityPolicy.self)
        #expect(policy.geofences == ["wijk", "oost"] && policy.geofence == nil)
        let shop = try await community.openShop(at: Self.inNeighbour)
        let outside = try await community.openShop(at: Neighbourhood.shopOutside)
        let resident = try await community.resident(with: "50.00")
        // On the border, wholly inside both together.
        var position = TestPosition(Place(longitude: 5.115, latitude: 52.0901))
        position.accuracyMetres = 40
        let paid = try await resident.pay(try await shop.request("1.00"), at: position)
            .decode(Payment.self)
        #expect(paid.verdict?.geofenceVersion == 2)
        let refused = try await resident.pay(try await outside.request("1.00"), at: position)
        #expect(refused.problemType == .localityRefused)
        // The second of the areas moves away between a request and its approval.
        let payment = try await shop.request("1.00")
        let elsewhere = Neighbourhood.polygon([
            [[5.2, 52.1], [5.21, 52.1], [5.21, 52.11], [5.2, 52.11], [5.2, 52.1]]
        ])
        try await importArea("oost", elsewhere, community)
        let later = try await resident.pay(payment, at: position)
        let verdict = try #require(later.problem?.verdict)
        #expect(verdict.rules.first?.reason == "shop-outside-geofence")
        #expect(
            verdict.geofences == [
                GeofenceReference(name: "wijk", version: 1),
                GeofenceReference(name: "oost", version: 2),
            ]
        )
    }

    @Test func `areas that are named twice or in two ways make no policy`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let twice = try await setPolicy(community, ["wijk", "wijk"])
        #expect(twice.problemType == .invalidRequest)
        let unknown = try await setPolicy(community, ["wijk", "elders"])
        #expect(unknown.problemType == .unknownGeofence)
        let both = try await community.administrator.call(
            .setLocalityPolicy,
            ["coinCode": TestCommunity.coin],
            body: LocalityPolicySetting(
                geofence: "wijk",
                geofences: ["wijk"],
                rules: [.shopInGeofence]
            )
        )
        #expect(both.problem?.errors?.map(\.pointer) == ["/geofences"])
        let one = try await setPolicy(community, ["wijk"]).decode(LocalityPolicy.self)
        #expect(one.geofence == "wijk" && one.geofences == ["wijk"] && !one.distanceSelling)
    }

    @Test func `a version that was set ahead takes effect at its moment`() async throws {
        let community = try await TestCommunity.make(rules: [.borderless])
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let before = try await resident.pay(try await shop.request("0.01"), at: nil)
            .decode(Payment.self)
        var seen: Set = [try #require(before.verdict).policyVersion]
        // Far enough ahead for a busy machine to have heard of it.
        let start = Instant(
            microseconds: Int64((Date().timeIntervalSince1970 + 20) * 1_000_000)
        )
        _ = try await community.administrator.call(
            .setLocalityPolicy,
            ["coinCode": TestCommunity.coin],
            body: LocalityPolicySetting(
                validFromAt: start,
                geofence: "wijk",
                rules: [.terminalChallenge(maxAgeSeconds: 300)],
                distanceSelling: true
            )
        ).decode(LocalityPolicy.self)
        while !seen.contains(2) {
            let paid = try await resident.pay(try await shop.request("0.01"), at: nil)
                .decode(Payment.self)
            let verdict = try #require(paid.verdict)
            #expect(verdict.policyVersion == (verdict.judgedAt < start ? 1 : 2))
            seen.insert(verdict.policyVersion)
        }
        #expect(seen == [1, 2])
    }

    private func setPolicy(
        _ community: TestCommunity,
        _ geofences: [String]
    ) async throws -> TestAnswer {
        try await community.administrator.call(
            .setLocalityPolicy,
            ["coinCode": TestCommunity.coin],
            body: LocalityPolicySetting(
                geofences: geofences,
                rules: [.shopInGeofence, .payerInGeofence(mode: .confident)]
            )
        )
    }

    private func importArea(
        _ name: String,
        _ area: JSONValue,
        _ community: TestCommunity
    ) async throws {
        _ = try await community.administrator.call(
            .importGeofence,
            body: GeofenceImport(name: name, geoJson: area)
        ).decode(Geofence.self)
    }
}
