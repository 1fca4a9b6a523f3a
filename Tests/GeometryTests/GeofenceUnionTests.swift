import Geometry
import Testing

/// Several areas as one.
@Suite struct GeofenceUnionTests {
    @Test func `the border between neighbours is inside both together`() throws {
        let (west, east) = (Drawn.polygon(Drawn.box(5, 52)), Drawn.polygon(Drawn.box(5.01, 52)))
        let results = try [west, east].map { try GeofenceImport.read(Array($0.utf8)) }
        let union = try GeofenceImport.union(results)
        let geofence = try Geofence(union)
        #expect(geofence.position(of: at(5.01, 52.005)) == .inside)
        #expect(geofence.position(of: at(5.01, 52)) == .boundary)
        #expect(geofence.position(of: at(5.0201, 52.005)) == .outside)
        let areas = results.reduce(0) { $0 + $1.areaSquareMetres }
        #expect(abs(union.areaSquareMetres - areas) < 1)
        // In whichever order they come, and when one comes twice.
        #expect(try GeofenceImport.union(results.reversed()) == union)
        let twice = try GeofenceImport.union(results + results)
        #expect(abs(twice.areaSquareMetres - areas) < 1)
    }

    @Test func `a single area is the same to the last bit, and no area is none`() throws {
        let result = try GeofenceImport.read(Array(Drawn.polygon(Drawn.box(5, 52)).utf8))
        #expect(try GeofenceImport.union([result]) == result)
        #expect(throws: GeometryRefusal.self) { try GeofenceImport.union([]) }
    }

    @Test(.enabled(if: SharedGeoData.isPresent, SharedGeoData.skipped))
    func `a known point is inside together where it is inside one of the areas`() throws {
        let cases = try SharedGeoData.table("cases.csv").map(\.record)
            .filter { $0["polygon_validity"] == "valid" }
        for (file, known) in Dictionary(grouping: cases, by: { $0["file"]! }) {
            let features = Set(known.compactMap { $0["feature_index"].flatMap { Int($0) } })
            let bytes = try SharedGeoData.bytes(file)
            let results = try features.sorted().map {
                try GeofenceImport.read(bytes, feature: $0)
            }
            let alone = try results.map { try Geofence($0) }
            let together = try Geofence(GeofenceImport.union(results))
            for record in known {
                let place = at(
                    try SharedGeoData.number(record, "lon"),
                    try SharedGeoData.number(record, "lat")
                )
                let name = Comment(rawValue: record["case_id"] ?? "")
                let metres = together.signedDistanceMetres(of: place)
                // Where borders cross, the joined one may lie a rounding beside the drawn ones.
                if alone.contains(where: { $0.position(of: place).isWithin }) {
                    #expect(metres > -0.001, name)
                } else {
                    #expect(metres < 0.001, name)
                }
            }
        }
    }
}
