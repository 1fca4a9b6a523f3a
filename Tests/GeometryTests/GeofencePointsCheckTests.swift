import Geometry
import Testing

@Suite struct GeofencePointsCheckTests {
    private let box = Array(Drawn.polygon(Drawn.box(5, 52)).utf8)

    private func rows(_ points: String) throws -> [GeofencePointsCheck.Row] {
        try GeofencePointsCheck(geoJSON: box).rows(points: Array(points.utf8))
    }

    @Test func `every point gets a line, a verdict and a distance`() throws {
        let rows = try rows("lon,lat\n5.005,52.005\n5,52\n6,52.005\n")
        #expect(rows.map(\.line) == [2, 3, 4])
        #expect(rows.map(\.verdict) == [.inside, .boundary, .outside])
        #expect(rows[1].csv == "3,boundary,0.0")
        #expect(rows[0].csv.hasPrefix("2,inside,343."))
        #expect(rows[2].csv.hasPrefix("4,outside,-"))
        #expect(GeofencePointsCheck.csvHeader == "line,verdict,signedDistanceMetres")
    }

    @Test func `columns may be in any order, among others, quoted, with CRLF and a mark`() throws {
        let text =
            "\u{FEFF}\"name\",LAT,note, lon \r\n\"a, \"\"b\"\"\r\nc\",52.005,,\"5.005\"\r\n\r\n"
            + "d,52.005,x,6"
        let rows = try rows(text)
        #expect(rows.map(\.line) == [2, 5])
        #expect(rows.map(\.verdict) == [.inside, .outside])
    }

    @Test func `semicolons separate when the header has no comma`() throws {
        let text = "\u{FEFF}\r\n\"name, street\";lon;lat\r\n\"a; b\";5.005;52.005\r\nc, d;6;52.005"
        let rows = try rows(text)
        #expect(rows.map(\.line) == [3, 4])
        #expect(rows.map(\.verdict) == [.inside, .outside])
    }

    @Test func `a semicolon beside commas belongs to its field`() throws {
        #expect(try rows("a;b,lon,lat\nx;y,5.005,52.005").map(\.verdict) == [.inside])
    }

    @Test(
        arguments: [
            ("", 1, nil), ("\n\n", 1, nil), ("lon\tlat\n5\t52", 1, "lon"),
            ("lon,x\n5,52", 1, "lat"),
            ("lon,lat,lon\n1,2,3", 1, "lon"), ("lon,lat\n5.0,52\n5", 3, nil),
            ("lon,lat\n5,52\n\nx,52", 4, "lon"), ("lon,lat\n5,", 2, "lat"),
            ("lon,lat\nnan,52", 2, "lon"), ("lon,lat\n0x5,52", 2, "lon"),
            ("lon,lat\n5,91", 2, "lat"), ("lon,lat\n1e999,52", 2, "lon"),
            ("lon,lat\n\"5,1\",52", 2, "lon"), ("lon,lat\n5,52\n\"5,52\n", 3, nil),
            ("lon,lat\n\"5\"5,52", 2, nil), ("lon;lat\n5,1;52", 2, "lon"),
            ("lon,lat\n5;52", 2, nil), ("lon;lat\n5,52", 2, nil),
        ] as [(String, Int, String?)]
    )
    func `a fault is named by line and column`(text: String, line: Int, column: String?) throws {
        let problem = try #require(throws: PointsProblem.self) { try rows(text) }
        #expect(problem.line == line)
        #expect(problem.column == column)
    }

    @Test func `text that is not UTF-8 is refused`() throws {
        let check = try GeofencePointsCheck(geoJSON: box)
        #expect(throws: PointsProblem.self) {
            try check.rows(points: Array("lon,lat\n5,52\n".utf8) + [0x35, 0xFF, 0x2C, 0x35])
        }
    }

    @Test func `a fault does not repeat what was written`() throws {
        let problem = try #require(throws: PointsProblem.self) {
            try rows("lon,lat\n4.8951679,152.3702157")
        }
        #expect(!problem.description.contains("152.37"))
        #expect(problem.description.hasPrefix("line 2, column lat: "))
    }

    @Test func `one bad feature is refused, and mended on request`() throws {
        let bowTie = Array(Drawn.bowTie.utf8)
        #expect(throws: GeometryRefusal.self) {
            try GeofencePointsCheck(geoJSON: bowTie, feature: 0)
        }
        #expect(throws: GeometryRefusal.self) { try GeofencePointsCheck(geoJSON: bowTie) }
        let check = try GeofencePointsCheck(geoJSON: bowTie, feature: 0, repair: true)
        #expect(check.repairs.count == 1)
        let rows = try check.rows(points: Array("lon,lat\n5.001,52.005".utf8))
        #expect(rows.map(\.verdict) == [.inside])
    }

    @Test func `a whole file is the union of its sound features, with warnings`() throws {
        let file = Drawn.collection(
            Drawn.feature(Drawn.bowTie),
            Drawn.feature(Drawn.polygon(Drawn.box(5.1, 52)))
        )
        let check = try GeofencePointsCheck(geoJSON: Array(file.utf8))
        #expect(check.warnings.map(\.code) == [.selfCrossing])
        let rows = try check.rows(points: Array("lon,lat\n5.001,52.005\n5.105,52.005".utf8))
        #expect(rows.map(\.verdict) == [.outside, .inside])
    }
}
