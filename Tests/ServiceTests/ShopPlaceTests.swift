import API
import TestSupport
import Testing

/// Markets, hours, and shops that move.
@Suite struct ShopPlaceTests {
    @Test func `a market outside its hours is nowhere, and the first payment in them is accepted`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await shop.request("1.00")).status == 201)
        // Remembered as open, and closed before the approval.
        let payment = try await shop.request("1.00")
        let closed = try await hours(OpeningTimes(weekly: []), of: shop).decode(Shop.self)
        #expect(closed.openingTimes == OpeningTimes(weekly: []))
        let refused = try await resident.pay(payment)
        #expect(refused.problemType == .localityRefused)
        let reasons = refused.problem?.verdict?.rules.compactMap(\.reason)
        #expect(reasons == ["shop-closed", "shop-closed"])
        #expect(refused.problem?.verdict?.shop?.open == false)
        let always = try await hours(nil, of: shop).decode(Shop.self)
        #expect(always.openingTimes == nil)
        #expect(try await resident.pay(payment).status == 201)
        let days = Weekday.allCases.map { day in
            WeeklyHours(day: day, hours: [OpenHours(from: "00:00", until: "24:00")])
        }
        #expect(try await hours(OpeningTimes(weekly: days), of: shop).status == 201)
        #expect(try await resident.pay(try await shop.request("1.00")).status == 201)
    }

    @Test func `hours that end before they begin, or days that come twice, are refused together`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let good = OpenHours(from: "09:00", until: "10:00")
        let refused = try await hours(
            OpeningTimes(
                weekly: [
                    WeeklyHours(day: .monday, hours: [OpenHours(from: "10:00", until: "09:59")]),
                    WeeklyHours(day: .monday, hours: [good]),
                ],
                exceptions: [
                    DatedHours(
                        date: "2026-12-24",
                        hours: [OpenHours(from: "12:00", until: "24:01")]
                    )
                ]
            ),
            of: shop
        )
        #expect(refused.problemType == .invalidRequest)
        #expect(
            refused.problem?.errors?.map(\.pointer) == [
                "/openingTimes/weekly/0/hours/0", "/openingTimes/weekly/1/day",
                "/openingTimes/exceptions/0/hours/0",
            ]
        )
    }

    @Test func `an area that is partly outside is not inside`() async throws {
        let community = try await TestCommunity.make(rules: [.shopInGeofence])
        let resident = try await community.resident(with: "50.00")
        // The shop is some 306 metres from the nearest corner of the pond, which is outside.
        for (radius, status) in [(305, 201), (308, 422)] {
            let shop = try await community.openShop()
            let path = ["shopId": "\(shop.shop)"]
            let move = try await shop.owner.call(
                .requestShopMove,
                path,
                body: ShopMoveRequest(
                    address: "Markt",
                    longitude: Neighbourhood.shopInside.longitude,
                    latitude: Neighbourhood.shopInside.latitude,
                    radiusMetres: radius
                )
            ).decode(ShopMove.self)
            #expect(try await decide(move, true, by: community.colleague).status == 201)
            let answer = try await resident.pay(try await shop.request("1.00"), at: nil)
            #expect(answer.status == status, "\(radius)")
        }
    }

    @Test func `a shop moves when a second person grants it, and stays where it was until then`()
        async throws
    {
        let community = try await TestCommunity.make(rules: [.shopInGeofence])
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await shop.request("1.00"), at: nil).status == 201)
        let outside = ShopMoveRequest(
            address: "Buitenweg 9",
            longitude: Neighbourhood.shopOutside.longitude,
            latitude: Neighbourhood.shopOutside.latitude
        )
        let path = ["shopId": "\(shop.shop)"]
        let move = try await community.administrator.call(.requestShopMove, path, body: outside)
            .decode(ShopMove.self)
        #expect(move.state == .requested)
        #expect(try await resident.pay(try await shop.request("1.00"), at: nil).status == 201)
        let alone = try await decide(move, true, by: community.administrator)
        #expect(alone.problemType == .secondPersonRequired)
        // Asked before the shop moves, approved after it has.
        let payment = try await shop.request("1.00")
        let granted = try await decide(move, true, by: community.colleague).decode(ShopMove.self)
        #expect(granted.state == .granted && granted.decidedAt != nil)
        let refused = try await resident.pay(payment, at: nil)
        #expect(refused.problem?.verdict?.rules.first?.reason == "shop-outside-geofence")
        let moved = try await community.administrator.call(.getShop, path).decode(Shop.self)
        #expect(moved.address == "Buitenweg 9" && moved.placeState == .verified)
        // The first decision stands.
        let again = try await decide(move, false, by: community.colleague).decode(ShopMove.self)
        #expect(again.state == .granted)

        let back = try await shop.owner.call(
            .requestShopMove,
            path,
            body: ShopMoveRequest(
                address: "Oosterstraat 1",
                longitude: Neighbourhood.shopInside.longitude,
                latitude: Neighbourhood.shopInside.latitude
            )
        ).decode(ShopMove.self)
        let rejected = try await decide(back, false, by: community.colleague)
            .decode(ShopMove.self)
        #expect(rejected.state == .rejected)
        let moves = try await shop.owner.call(.listShopMoves, path).decode(Page<ShopMove>.self)
        #expect(moves.items.map(\.state) == [.rejected, .granted])
        let foreign = try await community.openShop()
        #expect(try await foreign.owner.call(.listShopMoves, path).status == 404)
        #expect(
            try await foreign.owner.call(.requestShopMove, path, body: outside).status == 404
        )
    }

    private func hours(_ times: OpeningTimes?, of shop: TestShop) async throws -> TestAnswer {
        try await shop.owner.call(
            .setOpeningTimes,
            ["shopId": "\(shop.shop)"],
            body: OpeningTimesSetting(openingTimes: times)
        )
    }

    private func decide(
        _ move: ShopMove,
        _ grant: Bool,
        by client: TestClient
    ) async throws -> TestAnswer {
        try await client.call(
            .decideShopMove,
            ["shopId": "\(move.shopId)", "moveId": "\(move.id)"],
            body: ShopMoveDecision(grant: grant, evidence: "bezocht")
        )
    }
}
