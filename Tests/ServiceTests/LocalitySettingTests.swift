import API
import Foundation
import TestSupport
import Testing

/// Areas and policies as a community's administrator sets them.
@Suite struct LocalitySettingTests {
    @Test func `an area is stored in versions and can be read back`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let first = try #require(
            try await community.administrator.call(.listGeofences).decode(Page<Geofence>.self)
                .items.first
        )
        #expect(first.version == 1 && first.vertices == 10 && !first.repaired)
        #expect(first.boundingBox == [5.1, 52.085, 5.115, 52.094])
        // Some 1,027 by 1,001 metres, less a pond of some 137 by 111.
        #expect((1_000_000...1_030_000).contains(first.areaSquareMetres))
        let later = Instant(microseconds: first.createdAt.microseconds + 86_400_000_000)
        let second = try await importArea(Neighbourhood.geoJSON, community, validFromAt: later)
            .decode(Geofence.self)
        #expect(second.version == 2 && second.validFromAt == later && second.id != first.id)
        let other = try await importArea(Neighbourhood.geoJSON, community, name: "markt")
            .decode(Geofence.self)
        #expect(other.version == 1)

        let area = try await community.administrator.call(
            .getGeofenceArea,
            ["geofenceId": "\(first.id)"]
        )
        #expect(area.headers["content-type"] == MediaType.geoJSON)
        #expect(
            area.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
        )
        let feature = try #require(
            JSONSerialization.jsonObject(with: area.body) as? [String: Any]
        )
        #expect(feature["type"] as? String == "Feature")
        let geometry = try #require(feature["geometry"] as? [String: Any])
        #expect(["Polygon", "MultiPolygon"].contains(geometry["type"] as? String))
    }

    @Test func `an area that crosses itself is refused by ring and point, or repaired`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let bowTie = Neighbourhood.polygon([
            [[5.10, 52.08], [5.11, 52.09], [5.11, 52.08], [5.10, 52.09], [5.10, 52.08]]
        ])
        let refused = try await importArea(bowTie, community)
        #expect(refused.problemType == .geofenceInvalid)
        let error = try #require(refused.problem?.errors?.first)
        #expect(error.detail.hasPrefix("self-crossing"))
        #expect(error.pointer.hasPrefix("/geoJson/coordinates/0/"))
        let collection = JSONValue.object([
            "type": .string("FeatureCollection"),
            "features": .array([feature(Neighbourhood.geoJSON), feature(bowTie)]),
        ])
        let inFeature = try await importArea(collection, community, feature: 1)
        #expect(
            inFeature.problem?.errors?.first?.pointer.hasPrefix(
                "/geoJson/features/1/geometry/coordinates/0/"
            ) == true
        )
        #expect(try await importArea(collection, community, feature: 0).status == 201)
        let none = try await importArea(collection, community, feature: 2)
        #expect(none.problemType == .geofenceInvalid)
        let repaired = try await importArea(bowTie, community, repair: true).decode(Geofence.self)
        #expect(repaired.repaired && repaired.areaSquareMetres > 0)
    }

    @Test func `what is no area on earth is refused with its reason`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let ring = [[5.10, 52.08], [5.11, 52.08], [5.11, 52.09], [5.10, 52.08]]
        let many = (0...20_001).map { index -> [Double] in
            let angle = Double(index % 20_001) / 20_001 * 2 * .pi
            return [5.1 + 0.01 * cos(angle), 52.09 + 0.01 * sin(angle)]
        }
        let cases: [(JSONValue, String)] = [
            (Neighbourhood.polygon([ring.map { [$0[1], $0[0]] }]), "axis-order-suspected"),
            (Neighbourhood.polygon([ring.map { [$0[0] * 30_000, $0[1] * 9000] }]), "out-of-range"),
            (Neighbourhood.polygon([Array(ring.dropLast())]), "unclosed-ring"),
            (Neighbourhood.polygon([many]), "too-many-vertices"),
            (.object(["type": .string("Point"), "coordinates": .array([])]), "not-a-polygon"),
            (.object(["type": .string("Banana")]), "not-a-polygon"), (.object([:]), "not-geojson"),
        ]
        for (area, code) in cases {
            let answer = try await importArea(area, community)
            #expect(answer.problemType == .geofenceInvalid, "\(code): \(answer.text.prefix(300))")
            let found = answer.problem?.errors?.first?.detail ?? ""
            #expect(found.hasPrefix(code + ":"), "\(code): \(found)")
        }
        let kept = try await community.administrator.call(.listGeofences)
            .decode(Page<Geofence>.self)
        #expect(kept.items.count == 1)
    }

    @Test func `rules that do not go together make no policy`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let cases: [(String?, [LocalityRule], String)] = [
            (nil, [.borderless, .noMock], "/rules"), (nil, [.noMock, .noMock], "/rules"),
            (nil, [.shopInGeofence], "/geofence"), ("wijk", [.noMock], "/geofence"),
            (nil, [.payerInGeofence(mode: .centre)], "/geofence"),
        ]
        for (geofence, rules, pointer) in cases {
            let answer = try await set(rules, geofence, community)
            #expect(answer.problemType == .policyInvalid, "\(rules)")
            #expect(answer.problem?.errors?.map(\.pointer) == [pointer], "\(rules)")
        }
        #expect(
            try await set([.shopInGeofence], "elders", community).problemType == .unknownGeofence
        )
        let ranges: [LocalityRule] = [
            .payerNearShop(withinMetres: 0), .payerNearShop(withinMetres: 100_001),
            .freshFix(maxAgeSeconds: 86_401), .accurateFix(maxAccuracyMetres: -1),
        ]
        for rule in ranges {
            #expect(
                try await set([rule], nil, community).problemType == .invalidRequest,
                "\(rule)"
            )
        }
        #expect(try await set([], nil, community).problemType == .invalidRequest)
        let past = try await set(
            [.borderless],
            nil,
            community,
            validFromAt: Instant(microseconds: 0)
        )
        #expect(past.problemType == .policyInvalid)
        #expect(past.problem?.errors?.map(\.pointer) == ["/validFromAt"])
        let coin = try await community.administrator.call(
            .getCoin,
            ["coinCode": TestCommunity.coin]
        )
        .decode(Coin.self)
        #expect(coin.locality == .unset)
    }

    @Test func `policies count their versions and start when they say`() async throws {
        let community = try await TestCommunity.make(rules: [.borderless])
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "10.00")
        let tomorrow = Instant(
            microseconds: Int64(Date().timeIntervalSince1970 + 86_400) * 1_000_000
        )
        let future = try await set([.noMock], nil, community, validFromAt: tomorrow)
            .decode(LocalityPolicy.self)
        #expect(future.version == 2 && future.validFromAt == tomorrow)
        // Until then the first one holds.
        #expect(try await resident.pay(try await shop.request("1.00"), at: nil).status == 201)
        let third = try await set([.shopInGeofence], "wijk", community).decode(LocalityPolicy.self)
        #expect(third.version == 3)
        var versions: [Int] = []
        var query = "limit=2"
        while true {
            let page = try await community.administrator.call(
                .listLocalityPolicies,
                ["coinCode": TestCommunity.coin],
                query: query
            ).decode(Page<LocalityPolicy>.self)
            versions += page.items.map(\.version)
            guard let next = page.next else { break }
            query = "limit=2&cursor=\(next)"
        }
        #expect(versions == [3, 2, 1])
    }

    private func importArea(
        _ area: JSONValue,
        _ community: TestCommunity,
        name: String = "wijk",
        feature: Int? = nil,
        repair: Bool? = nil,
        validFromAt: Instant? = nil
    ) async throws -> TestAnswer {
        try await community.administrator.call(
            .importGeofence,
            body: GeofenceImport(
                name: name,
                geoJson: area,
                feature: feature,
                repair: repair,
                validFromAt: validFromAt
            )
        )
    }

    private func feature(_ geometry: JSONValue) -> JSONValue {
        .object([
            "type": .string("Feature"), "properties": .object([:]), "geometry": geometry,
        ])
    }

    private func set(
        _ rules: [LocalityRule],
        _ geofence: String?,
        _ community: TestCommunity,
        validFromAt: Instant? = nil
    ) async throws -> TestAnswer {
        try await community.administrator.call(
            .setLocalityPolicy,
            ["coinCode": TestCommunity.coin],
            body: LocalityPolicySetting(
                validFromAt: validFromAt,
                geofence: geofence,
                rules: rules
            )
        )
    }
}
