import API
import TestSupport
import Testing

/// Asked by a link, paid from elsewhere, picked up inside.
@Suite struct InvoiceTests {
    private func community(_ selling: Bool) async throws -> TestCommunity {
        let community = try await TestCommunity.make()
        _ = try await community.administrator.call(
            .setLocalityPolicy,
            ["coinCode": TestCommunity.coin],
            body: LocalityPolicySetting(
                geofence: "wijk",
                rules: Neighbourhood.rules,
                distanceSelling: selling
            )
        ).decode(LocalityPolicy.self)
        return community
    }

    private func invoice(_ shop: TestShop) async throws -> TestAnswer {
        try await shop.till.call(
            .requestInvoice,
            body: InvoiceRequest(amount: Amount(value: "20.00", coin: TestCommunity.coin))
        )
    }

    @Test func `an invoice is paid from elsewhere where the coin permits it`() async throws {
        let community = try await community(true)
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let asked = try await invoice(shop).decode(Payment.self)
        #expect(asked.atDistance == true)
        #expect(asked.expiresAt.microseconds - asked.requestedAt.microseconds > 86_400_000_000)
        let paid = try await resident.pay(asked, at: nil).decode(Payment.self)
        #expect(paid.verdict?.rules.map(\.rule) == [.shopInGeofence])
        // The same place is refused at a till.
        let atTheTill = try await shop.request("1.00")
        #expect(try await resident.pay(atTheTill, at: nil).problemType == .positionClaimRequired)
    }

    @Test func `no invoice is made or paid where the coin does not permit it`() async throws {
        let community = try await community(false)
        let shop = try await community.openShop()
        #expect(try await invoice(shop).problemType == .distanceSellingNotPermitted)

        let permissive = try await self.community(true)
        let other = try await permissive.openShop()
        let resident = try await permissive.resident(with: "50.00")
        let asked = try await invoice(other).decode(Payment.self)
        try await permissive.setPolicy(Neighbourhood.rules)
        let answer = try await resident.pay(asked, at: nil)
        #expect(answer.problemType == .distanceSellingNotPermitted)
    }

    @Test func `what is sold at a distance is picked up at a verified shop inside`() async throws {
        let community = try await community(true)
        let unverified = try await community.openShop(verified: false)
        #expect(try await invoice(unverified).problemType == .shopPlaceUnverified)
        let outside = try await community.openShop(at: Neighbourhood.shopOutside)
        #expect(try await invoice(outside).problemType == .shopPlaceUnverified)
    }
}
