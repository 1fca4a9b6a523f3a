import Geometry
import Testing

@Suite struct GeodesicTests {
    @Test(.enabled(if: SharedGeoData.isPresent, SharedGeoData.skipped))
    func `every known distance agrees within 0.05 percent or 5 centimetres`() throws {
        let table = try SharedGeoData.table("distances.csv")
        #expect(table.count == 114)
        for (line, pair) in table {
            let from = at(
                try SharedGeoData.number(pair, "lon1"),
                try SharedGeoData.number(pair, "lat1")
            )
            let to = at(
                try SharedGeoData.number(pair, "lon2"),
                try SharedGeoData.number(pair, "lat2")
            )
            let expected = try SharedGeoData.number(pair, "geodesic_wgs84_m")
            let error = abs(Geodesic.distanceMetres(from, to) - expected)
            #expect(error <= max(0.001, 1e-9 * expected), "line \(line)")
        }
    }

    @Test func `a quarter and half of a meridian have their known lengths`() {
        let quarter = 10_001_965.7293
        #expect(abs(Geodesic.distanceMetres(at(5, 0), at(5, 90)) - quarter) < 0.001)
        #expect(abs(Geodesic.distanceMetres(at(5, -90), at(-7, 90)) - 2 * quarter) < 0.001)
    }

    @Test func `opposite places on the equator are joined over a pole`() {
        let halfMeridian = 20_003_931.4586
        #expect(abs(Geodesic.distanceMetres(at(0, 0), at(180, 0)) - halfMeridian) < 0.001)
        #expect(abs(Geodesic.distanceMetres(at(0, 30), at(180, -30)) - halfMeridian) < 0.001)
    }

    @Test func `the equator is followed until going around a pole is shorter`() {
        let degree = 6_378_137 * Double.pi / 180
        for longitude in [1.0, 90, 179, 179.3] {
            let metres = Geodesic.distanceMetres(at(0, 0), at(longitude, 0))
            #expect(abs(metres - longitude * degree) < 0.001)
        }
    }

    @Test func `nearly opposite places neither fail nor jump`() {
        var previous = Geodesic.distanceMetres(at(0, 0.1), at(178, 0.2))
        for step in 1...400 {
            let longitude = 178 + Double(step) / 200
            let next = Geodesic.distanceMetres(at(0, 0.1), at(longitude, 0.2))
            #expect(next >= previous - 0.001 && next - previous < 560)
            previous = next
        }
    }

    @Test func `the distance is the same both ways, in every quarter and across the antimeridian`()
    {
        let places = [at(5.1, 52.1), at(-70, -33), at(179.99, 10), at(-179.99, 10), at(-68, 12)]
        for one in places {
            #expect(Geodesic.distanceMetres(one, one) == 0)
            for other in places {
                let there = Geodesic.distanceMetres(one, other)
                #expect(abs(there - Geodesic.distanceMetres(other, one)) < 1e-6)
            }
        }
        #expect(Geodesic.distanceMetres(places[2], places[3]) < 2_200)
    }

    @Test func `a coordinate is finite and in range`() {
        #expect(Coordinate(longitude: 180.0001, latitude: 0) == nil)
        #expect(Coordinate(longitude: 0, latitude: -90.0001) == nil)
        #expect(Coordinate(longitude: .nan, latitude: 0) == nil)
        #expect(Coordinate(longitude: 0, latitude: .infinity) == nil)
        #expect(Coordinate(longitude: -180, latitude: 90) != nil)
    }
}
