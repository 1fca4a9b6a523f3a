import API
import TestSupport
import Testing

/// Where coins are accepted: the verdict on payer and shop.
@Suite struct PaymentLocalityTests {
    @Test(arguments: [
        ("payer-outside-geofence", "outside"), ("position-mocked", "mock"),
        ("position-too-old", "stale"), ("position-too-inaccurate", "coarse"),
        ("payer-too-far-from-shop", "far"), ("payer-outside-geofence", "pond"),
        ("position-from-future", "future"),
    ])
    func `a payment is refused with the rule that refused it`(
        reason: String,
        situation: String
    ) async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        var position = TestPosition()
        switch situation {
        case "outside": position = TestPosition(Neighbourhood.shopOutside)
        case "mock": position.mock = true
        case "stale": position.ageSeconds = 600
        case "coarse": position.accuracyMetres = 500
        case "far": position = TestPosition(Place(longitude: 5.1020, latitude: 52.0860))
        case "future": position.ageSeconds = -300
        default: position = TestPosition(Place(longitude: 5.1110, latitude: 52.0875))
        }
        let answer = try await resident.pay(payment, at: position)
        #expect(answer.status == 422)
        #expect(answer.problemType == .localityRefused)
        let reasons = answer.problem?.verdict?.rules.compactMap(\.reason) ?? []
        #expect(reasons.contains(reason))
        #expect(try await resident.available() == "50.00")
        // The payer may come closer and try again.
        #expect(try await resident.pay(payment).status == 201)
    }

    @Test func `near the edge a confident policy is unsure and refuses`() async throws {
        let community = try await TestCommunity.make(
            rules: [.payerInGeofence(mode: .confident)])
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        var position = TestPosition(Place(longitude: 5.1001, latitude: 52.0900))
        position.accuracyMetres = 50
        let answer = try await resident.pay(try await shop.request("1.00"), at: position)
        #expect(answer.problem?.verdict?.outcome == .unsure)
        #expect(
            answer.problem?.verdict?.rules.first?.reason == "payer-not-surely-inside"
        )
    }

    @Test func `a shop outside or unverified is refused whatever the payer claims`() async throws {
        let community = try await TestCommunity.make(rules: [.shopInGeofence])
        let resident = try await community.resident(with: "50.00")
        let outside = try await community.openShop(at: Neighbourhood.shopOutside)
        let refused = try await resident.pay(try await outside.request("1.00"), at: nil)
        #expect(
            refused.problem?.verdict?.rules.first?.reason == "shop-outside-geofence"
        )
        let unverified = try await community.openShop(verified: false)
        let second = try await resident.pay(try await unverified.request("1.00"), at: nil)
        #expect(second.problem?.verdict?.rules.first?.reason == "shop-place-unverified")
    }

    @Test func `a coin without a policy is spent nowhere, a borderless one anywhere`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let shop = try await community.openShop(at: Neighbourhood.shopOutside)
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        #expect(try await resident.pay(payment, at: nil).problemType == .localityUnset)
        try await community.setPolicy([.borderless])
        #expect(try await resident.pay(payment, at: nil).status == 201)
    }

    @Test func `a new policy holds from its moment on, for every instance`() async throws {
        let community = try await TestCommunity.make(rules: [.borderless])
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await shop.request("1.00"), at: nil).status == 201)
        try await community.setPolicy([.noMock])
        let next = try await resident.pay(try await shop.request("1.00"), at: nil)
        #expect(next.problemType == .positionClaimRequired)
    }
}
