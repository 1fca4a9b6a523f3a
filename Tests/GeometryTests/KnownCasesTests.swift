import Geometry
import Testing

@Suite(.enabled(if: SharedGeoData.isPresent, SharedGeoData.skipped))
struct KnownCasesTests {
    @Test func `every point of a valid polygon gets its known verdict and signed distance`() throws
    {
        let table = try SharedGeoData.table("cases.csv")
        let cases = table.filter { $0.record["polygon_validity"] == "valid" }
        #expect(cases.count == 355)
        let points = try SharedGeoData.bytes("cases.csv")
        let areas = Dictionary(grouping: cases) {
            [$0.record["file"]!, $0.record["feature_index"]!]
        }
        let verdicts: [String: Geofence.Position] = [
            "in": .inside, "out": .outside, "boundary": .boundary,
        ]
        for (area, cases) in areas {
            let check = try GeofencePointsCheck(
                geoJSON: try SharedGeoData.bytes(area[0]),
                feature: Int(area[1])!
            )
            let rows = try check.rows(points: points)
            #expect(rows.count == table.count)
            for (line, known) in cases {
                let row = rows[line - 2]
                #expect(row.line == line)
                let expected = verdicts[try #require(known["expected"])]
                #expect(row.verdict == expected, "\(known["case_id"] ?? "")")
                try expectDistance(row.signedDistanceMetres, known)
            }
        }
    }

    /// Within 0.5 % or 10 cm, where edges are up to a kilometre long.
    ///
    /// In the table longer edges are great circles, which leave the straight line by metres. For
    /// those the point's own construction is the answer: "near-edge-2m" is 2 m from the line.
    private func expectDistance(_ metres: Double, _ known: [String: String]) throws {
        let category = try #require(known["category"])
        let name = Comment(rawValue: known["case_id"] ?? "")
        let hasLongEdges =
            known["file"] == "baarle-enclaves.geojson" && known["feature_index"] != "0"
        if hasLongEdges {
            guard category.hasPrefix("near-edge-") else { return }
            let nominal = try #require(Double(category.dropFirst(10).dropLast()))
            #expect(abs(metres) <= nominal * 1.005, name)
        } else if let expected = Double(known["signed_distance_to_boundary_m"]!) {
            #expect(abs(metres - expected) <= max(0.1, 0.005 * abs(expected)), name)
        } else {
            // Points on another continent have no signed distance in the table.
            #expect(category == "lat-lon-swapped")
        }
    }

    @Test func `a stored geofence answers exactly as the imported file does`() throws {
        let bytes = try SharedGeoData.bytes("amsterdam-cbs.geojson")
        let result = try GeofenceImport.read(bytes, feature: 69)
        let imported = try Geofence(result)
        let stored = try Geofence(canonicalGeoJSON: result.canonicalGeoJSON)
        for (_, known) in try SharedGeoData.table("cases.csv") {
            let place = at(
                try SharedGeoData.number(known, "lon"),
                try SharedGeoData.number(known, "lat")
            )
            #expect(imported.position(of: place) == stored.position(of: place))
            let metres = imported.signedDistanceMetres(of: place)
            #expect(metres == stored.signedDistanceMetres(of: place))
        }
    }

    @Test(arguments: ["amsterdam-cbs.geojson", "utrecht-cbs.geojson"])
    func `a city's file becomes one geofence`(file: String) throws {
        let result = try GeofenceImport.read(try SharedGeoData.bytes(file), limits: .offline)
        #expect(result.repairs.isEmpty)
        let again = try GeofenceImport.read(Array(result.canonicalGeoJSON.utf8), limits: .offline)
        #expect(again.canonicalGeoJSON == result.canonicalGeoJSON)
        #expect(again.areaSquareMetres == result.areaSquareMetres)
    }

    @Test func `an enclave within an exclave is imported, feature by feature`() throws {
        let bytes = try SharedGeoData.bytes("baarle-enclaves.geojson")
        for feature in 0...3 {
            let result = try GeofenceImport.read(bytes, feature: feature)
            #expect(result.areaSquareMetres > 0)
        }
    }

    @Test func `Rotterdam is refused for three self-crossing polygons`() throws {
        let bytes = try SharedGeoData.bytes("rotterdam-cbs.geojson")
        let refusal = #expect(throws: GeometryRefusal.self) {
            try GeofenceImport.read(bytes, limits: .offline)
        }
        let problems = try #require(refusal).problems
        #expect(Set(problems.map(\.feature)).count == 3)
        for problem in problems {
            #expect(problem.code == .selfCrossing || problem.code == .selfTouching)
            #expect(problem.ring != nil && problem.point != nil && problem.location != nil)
        }
    }

    @Test func `Rotterdam is imported with repair, which changes its area but little`() throws {
        let bytes = try SharedGeoData.bytes("rotterdam-cbs.geojson")
        let result = try GeofenceImport.read(bytes, repair: true, limits: .offline)
        #expect(result.repairs.count == 3)
        for repair in result.repairs {
            #expect(abs(repair.areaChange) < 0.01 * repair.areaAfter)
        }
        _ = try Geofence(canonicalGeoJSON: result.canonicalGeoJSON)
    }

    @Test func `a whole file is checked without its bad features, which are named`() throws {
        let bytes = try SharedGeoData.bytes("rotterdam-cbs.geojson")
        let check = try GeofencePointsCheck(geoJSON: bytes)
        #expect(Set(check.warnings.map(\.feature)).count == 3)
        #expect(check.repairs.isEmpty)
        let mended = try GeofencePointsCheck(geoJSON: bytes, repair: true)
        #expect(mended.warnings.isEmpty)
        #expect(mended.geofence.areaSquareMetres > check.geofence.areaSquareMetres)
    }
}
