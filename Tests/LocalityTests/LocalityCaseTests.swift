import API
import Domain
import Geometry
import Locality
import Testing

/// Places measured and judged together, as the merchant service does.
@Suite struct LocalityCaseTests {
    /// Two neighbours that share a border at 5.10 degrees east.
    private static let west = square(5.09, 5.10)
    private static let east = square(5.10, 5.11)

    private static func square(_ west: Double, _ east: Double) -> String {
        """
        {"type":"Polygon","coordinates":[[[\(west),52.08],[\(east),52.08],[\(east),52.09],\
        [\(west),52.09],[\(west),52.08]]]}
        """
    }

    private func place(_ longitude: Double, _ latitude: Double) throws -> Coordinate {
        try #require(Coordinate(longitude: longitude, latitude: latitude))
    }

    private func question(
        _ rules: [Domain.LocalityRule],
        _ areas: [String],
        shop: ShopPlace
    ) throws -> LocalityCase {
        LocalityCase(
            policy: try Domain.LocalityPolicy(
                version: 1,
                rules: rules,
                hasGeofence: !areas.isEmpty
            ),
            area: try areas.isEmpty ? nil : Geometry.Geofence(unionOfCanonicalGeoJSON: areas),
            geofences: areas.indices.map { GeofenceReference(name: "wijk \($0)", version: 2) },
            shop: shop,
            moment: Instant(microseconds: 1_800_000_000_000_000)
        )
    }

    private func claim(_ longitude: Double, _ latitude: Double, accuracy: Double) -> PositionClaim {
        PositionClaim(
            longitude: longitude,
            latitude: latitude,
            accuracyMetres: accuracy,
            fixedAt: Instant(microseconds: 1_800_000_000_000_000),
            mock: false
        )
    }

    @Test func `whoever stands on the border between two neighbours is inside both together`()
        throws
    {
        let shop = ShopPlace(coordinate: try place(5.105, 52.085), isVerified: true)
        let onBorder = claim(5.10, 52.085, accuracy: 50)
        let rule = Domain.LocalityRule.payerInGeofence(.confident)
        let alone = try question([rule], [Self.west], shop: shop).verdict(on: onBorder)
        #expect(alone.outcome == .unsure)
        let together = try question([rule], [Self.west, Self.east], shop: shop)
            .verdict(on: onBorder)
        #expect(together.outcome == .accepted)
        #expect(together.geofenceVersion == 4 && together.geofences?.count == 2)
        let outside = try question([rule], [Self.west, Self.east], shop: shop)
            .verdict(on: claim(5.115, 52.085, accuracy: 50))
        #expect(outside.outcome == .refused)
    }

    @Test(arguments: [(555.0, true), (558.0, false)])
    func `a market is inside with the whole of its area`(radius: Double, isInside: Bool) throws {
        // Some 685 metres to the western and eastern border, 556.3 to the others.
        let shop = ShopPlace(
            coordinate: try place(5.10, 52.085),
            radiusMetres: radius,
            isVerified: true
        )
        let verdict = try question([.shopInGeofence], [Self.west, Self.east], shop: shop)
            .verdict(on: nil)
        #expect((verdict.outcome == .accepted) == isInside)
        #expect(verdict.shop?.radiusMetres == Int(radius))
    }

    @Test func `the distance to a market counts from its edge`() throws {
        let middle = try place(5.10, 52.085)
        let shop = ShopPlace(coordinate: middle, radiusMetres: 100, isVerified: true)
        #expect(shop.metres(from: middle) == 0)
        let away = try place(5.11, 52.085)
        let metres = Geodesic.distanceMetres(middle, away)
        #expect(abs(shop.metres(from: away) - (metres - 100)) < 0.001)
        let rules: [Domain.LocalityRule] = [
            .payerNearShop(metres: Int(metres) - 100), .accurateFix(metres: 10),
        ]
        let question = try question(rules, [], shop: shop)
        // What is lost by rounding down is less than the accuracy.
        #expect(question.verdict(on: claim(5.11, 52.085, accuracy: 1)).outcome == .accepted)
        #expect(question.verdict(on: claim(5.1101, 52.085, accuracy: 1)).outcome == .refused)
    }

    @Test func `travel is measured from the nearest edge of a coarse cell`() throws {
        // The cell from 5.10 to 5.15 degrees east and from 52.05 to 52.10 north.
        let cell = CoarseCell(east: 102, north: 1041)
        #expect(cell.metres(from: try place(5.12, 52.07)) == 0)
        let away = try place(5.25, 52.07)
        let least = Geodesic.distanceMetres(try place(5.15, 52.07), away)
        #expect(abs(cell.metres(from: away) - least) < 0.001)

        let shop = ShopPlace(coordinate: away, isVerified: true)
        var question = try question([.plausibleTravel(kilometresPerHour: 100)], [], shop: shop)
        let needed = Int64(least / (100 / 3.6) * 1_000_000)
        for (microseconds, outcome) in [
            (needed + 1000, VerdictOutcome.accepted), (needed - 1000, .refused), (-5, .refused),
        ] {
            question.previous = (
                cell, Instant(microseconds: 1_800_000_000_000_000 - microseconds)
            )
            #expect(question.verdict(on: nil).outcome == outcome, "\(microseconds)")
        }
        question.previous = (cell, Instant(microseconds: 1_800_000_000_000_000 - 1_000_000))
        let vague = claim(5.12, 52.07, accuracy: 100_000)
        #expect(question.verdict(on: vague).outcome == .refused, "the shop is where it is")
        question.previous = nil
        #expect(question.verdict(on: nil).outcome == .accepted)
    }
}
