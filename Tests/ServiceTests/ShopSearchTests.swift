import API
import Foundation
import Postgres
import TestSupport
import Testing

/// Where a coin can be spent, on a map and nearby.
@Suite struct ShopSearchTests {
    /// Degrees of longitude and latitude of a hundred metres or so, in the neighbourhood.
    private static let step = (longitude: 0.00146, latitude: 0.0009)
    private static let middle = Neighbourhood.shopInside

    /// A verified shop, so many steps east and north of the middle.
    private func open(
        _ name: String,
        _ east: Double,
        _ north: Double,
        in community: TestCommunity,
        category: String? = nil,
        area radiusMetres: Int? = nil,
        hours: OpeningTimes? = nil
    ) async throws -> Identifier {
        let merchant = try await community.administrator.call(
            .registerMerchant,
            body: MerchantRegistration(
                name: name,
                kvkNumber: nil,
                categoryCode: category,
                coin: TestCommunity.coin,
                iban: TestIBAN.number(900_002)
            )
        ).decode(Merchant.self)
        let shop = try await community.administrator.call(
            .registerShop,
            body: ShopRegistration(
                merchantId: merchant.id,
                name: name,
                address: "Straat 1",
                longitude: Self.middle.longitude + east * Self.step.longitude,
                latitude: Self.middle.latitude + north * Self.step.latitude,
                radiusMetres: radiusMetres,
                openingTimes: hours
            )
        ).decode(Shop.self)
        _ = try await community.colleague.call(
            .verifyShopPlace,
            ["shopId": "\(shop.id)"],
            body: ShopVerification(evidence: "bezocht")
        ).decode(Shop.self)
        return shop.id
    }

    private func search(
        _ client: TestClient,
        radius: Int? = nil,
        category: String? = nil,
        coin: String? = nil,
        openAt: Instant? = nil,
        limit: Int? = nil,
        cursor: String? = nil
    ) async throws -> ShopPlaces {
        let answer = try await client.call(
            .searchShops,
            body: ShopSearch(
                longitude: Self.middle.longitude,
                latitude: Self.middle.latitude,
                radiusMetres: radius,
                categoryCode: category,
                coin: coin,
                openAt: openAt,
                limit: limit,
                cursor: cursor
            )
        )
        #expect(answer.headers["content-crs"]?.contains("CRS84") == true)
        #expect(answer.headers["content-type"]?.hasPrefix(MediaType.geoJSON) == true)
        return try answer.decode(ShopPlaces.self)
    }

    @Test func `the nearest shops come first, page by page, with rounded distances`() async throws {
        let community = try await TestCommunity.make(rules: [.borderless])
        var expected: [String] = []
        // Spiralling outwards, so that neither longitude nor latitude alone gives the order.
        let turns: [(Double, Double)] = [(0, 1), (2, 0), (0, -3), (-4, 0), (3.6, 3.6), (0, 6)]
        for (number, turn) in turns.enumerated().reversed() {
            _ = try await open("winkel \(number)", turn.0, turn.1, in: community)
        }
        for number in turns.indices { expected.append("winkel \(number)") }
        let phone = try await community.enrolPerson("Zoeker").phone
        let all = try await search(phone)
        #expect(all.features.map(\.properties.name) == expected)
        #expect(all.next == nil)
        let distances = all.features.compactMap(\.properties.distanceMetres)
        #expect(distances == distances.sorted() && distances.allSatisfy { $0 % 10 == 0 })
        #expect(distances.count == 6 && distances[0] == 100 && distances[1] == 200)
        var paged: [String] = []
        var cursor: String?
        repeat {
            let page = try await search(phone, limit: 2, cursor: cursor)
            #expect(page.features.count == 2)
            paged += page.features.map(\.properties.name)
            cursor = page.next
        } while cursor != nil
        #expect(paged == expected)
        let near = try await search(phone, radius: 310)
        #expect(near.features.map(\.properties.name) == Array(expected.prefix(3)))
    }

    @Test func `only verified shops where the policy lets the coin be spent are found`()
        async throws
    {
        let community = try await TestCommunity.make()
        let inside = try await open("binnen", 0, 0, in: community, category: "5462")
        _ = try await open("buiten", 14, 0, in: community, category: "5462")
        _ = try await open("anders", 1, 0, in: community, category: "5411")
        _ = try await community.openShop(verified: false)
        let phone = try await community.enrolPerson("Zoeker").phone
        let bread = try await search(phone, radius: 5000, category: "5462")
        #expect(bread.features.map(\.id) == [inside])
        #expect(bread.features.first?.properties.categoryCode == "5462")
        #expect(bread.features.first?.geometry.coordinates.count == 2)
        #expect(try await search(phone, coin: "elders").features.isEmpty)
        #expect(try await search(phone, radius: 5000).features.count == 2)
        let unset = try await TestCommunity.make(rules: nil)
        _ = try await open("zonder beleid", 0, 0, in: unset)
        let stranger = try await unset.enrolPerson("Zoeker").phone
        #expect(try await search(stranger).features.isEmpty)
        #expect(try await stranger.call(.listShopPlaces).decode(ShopPlaces.self).features == [])
    }

    @Test func `a market is found in its hours, and with the whole of its area inside`()
        async throws
    {
        let community = try await TestCommunity.make(days: .ofAmsterdam)
        // On one Saturday of a winter to come, an hour ahead of UTC.
        let hours = OpeningTimes(
            weekly: [],
            exceptions: [
                DatedHours(date: "2099-01-10", hours: [OpenHours(from: "09:00", until: "12:30")])
            ]
        )
        let market = try await open("markt", 0, 0, in: community, hours: hours)
        // Some 190 metres from the border.
        let square = try await open("plein", -3, 0, in: community, area: 100)
        _ = try await open("wijk en verder", -3, 1, in: community, area: 400)
        let phone = try await community.enrolPerson("Zoeker").phone
        #expect(try await search(phone).features.map(\.id) == [square])
        func found(at text: String) async throws -> [Identifier] {
            let moment = try #require(Instant(text))
            let near = try await search(phone, openAt: moment).features.map(\.id)
            let all = try await phone.call(.listShopPlaces, query: "openAt=\(text)")
                .decode(ShopPlaces.self).features.map(\.id)
            #expect(Set(near) == Set(all) && near.count == all.count)
            return near
        }
        #expect(try await found(at: "2099-01-10T07:59:59Z") == [square])
        #expect(try await found(at: "2099-01-10T08:00:00Z") == [market, square])
        #expect(try await found(at: "2099-01-10T11:30:00Z") == [square])
        let over = try await phone.call(.listShopPlaces, query: "openAt=2020-01-01T00:00:00Z")
        #expect(over.problemType == .invalidRequest)
        // Where no rule asks for it, it is found all the same, unless somebody asks when it is open.
        let free = try await TestCommunity.make(rules: [.borderless])
        let stall = try await open("kraam", 0, 0, in: free, hours: hours)
        let other = try await free.enrolPerson("Zoeker").phone
        #expect(try await search(other).features.map(\.id) == [stall])
        let later = try #require(Instant("2099-01-11T08:00:00Z"))
        #expect(try await search(other, openAt: later).features.isEmpty)
    }

    @Test func `a neighbourhood that joins later has its shops from then on`() async throws {
        let community = try await TestCommunity.make()
        let near = try await open("binnen", 0, 0, in: community)
        let far = try await open("buiten", 14, 0, in: community)
        let east = Neighbourhood.polygon([
            [
                [5.115, 52.085], [5.150, 52.085], [5.150, 52.094], [5.115, 52.094],
                [5.115, 52.085],
            ]
        ])
        _ = try await community.administrator.call(
            .importGeofence,
            body: GeofenceImport(name: "oost", geoJson: east)
        ).decode(Geofence.self)
        let hour: Int64 = 3_600_000_000
        let now = Int64(Date().timeIntervalSince1970 * 1_000_000)
        _ = try await community.administrator.call(
            .setLocalityPolicy,
            ["coinCode": TestCommunity.coin],
            body: LocalityPolicySetting(
                validFromAt: Instant(microseconds: now + hour),
                geofences: ["wijk", "oost"],
                rules: [.shopInGeofence]
            )
        ).decode(LocalityPolicy.self)
        let phone = try await community.enrolPerson("Zoeker").phone
        let later = Instant(microseconds: now + 2 * hour)
        let then = try await eventually("the later policy is known") {
            let found = try await search(phone, radius: 5000, openAt: later).features.map(\.id)
            return found.count == 2 ? found : nil
        }
        #expect(then == [near, far])
        // Who asks about tomorrow changes nothing of today.
        #expect(try await search(phone, radius: 5000).features.map(\.id) == [near])
    }

    @Test func `a box on the map has its shops, page by page`() async throws {
        let community = try await TestCommunity.make(rules: [.borderless])
        for number in 0..<5 {
            _ = try await open("winkel \(number)", Double(number), 0, in: community)
        }
        _ = try await open("ver", 100, 100, in: community)
        let phone = try await community.enrolPerson("Zoeker").phone
        let corners = [
            Self.middle.longitude - 0.0001, Self.middle.latitude - 0.0001,
            Self.middle.longitude + 0.0060, Self.middle.latitude + 0.0001,
        ]
        let box = "bbox=" + corners.map { String(format: "%.7f", $0) }.joined(separator: ",")
        var found: [String] = []
        var query = "\(box)&limit=2"
        var isLast = false
        while !isLast {
            let answer = try await phone.call(.listShopPlaces, query: query)
            let page = try answer.decode(ShopPlaces.self)
            found += page.features.map(\.properties.name)
            isLast = page.next == nil
            #expect((answer.headers["link"] == nil) == isLast)
            query = "\(box)&limit=2&cursor=\(page.next ?? "")"
        }
        #expect(found == (0..<5).reversed().map { "winkel \($0)" })
        let everything = try await phone.call(.listShopPlaces).decode(ShopPlaces.self)
        #expect(everything.features.count == 6)
        #expect(everything.features.allSatisfy { $0.properties.distanceMetres == nil })
        for wrong in ["1,2,3", "5,52,4,53", "5,53,6,52", "181,0,182,1", "a,b,c,d", "5,52,6,99"] {
            let answer = try await phone.call(.listShopPlaces, query: "bbox=\(wrong)")
            #expect(answer.problemType == .invalidRequest, "\(wrong)")
        }
        #expect(
            try await phone.call(
                .searchShops,
                body: ShopSearch(longitude: 5, latitude: 52, cursor: "bm9uZQ")
            ).problemType == .invalidRequest
        )
    }

    @Test func `a search looks at the shops around and not at all`() async throws {
        let owner = try await OpenedDatabase.shared.owner
        let plan = try await owner.transaction { connection in
            _ = try connection.execute("SET LOCAL enable_seqscan = off")
            return try connection.query(
                """
                EXPLAIN SELECT s.id FROM merchant.shop s
                 WHERE s.plane_point <@ box(point(5, 60), point(5.1, 60.1))
                 ORDER BY s.plane_point <-> point(5.05, 60.05), s.id LIMIT 10
                """
            ).map { try $0.decode(String.self) }.joined(separator: "\n")
        }
        // Of the shops in the box all are sorted: PostgreSQL 15 takes an order from an index only
        // when nothing else, such as the id, decides between equals.
        #expect(plan.contains("shop_on_plane"), "\(plan)")
        #expect(plan.contains("Index Cond: (plane_point <@"), "\(plan)")
    }
}
