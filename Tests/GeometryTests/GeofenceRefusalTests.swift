import Geometry
import Testing

@Suite struct GeofenceRefusalTests {
    @Test(arguments: [
        "", "polygon", "{", "[1,2", #"{"type":"Polygon""#, "{}x", "\u{0}", "\u{FEFF}",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(Drawn.problems(text).map(\.code) == [.unreadableJSON])
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: GeometryRefusal.self) {
            try GeofenceImport.read([0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00])
        }
        #expect(throws: GeometryRefusal.self) { try GeofenceImport.read([0x22, 0xC3, 0x28, 0x22]) }
    }

    @Test(arguments: [
        "1", "null", "[]", "{}", #"{"type":7}"#, #"{"type":"Polygon"}"#,
        #"{"type":"Polygon","coordinates":"x"}"#, #"{"type":"Polygon","coordinates":[5,52]}"#,
        #"{"type":"Feature","geometry":[]}"#, #"{"type":"FeatureCollection","features":{}}"#,
        #"{"type":"FeatureCollection","features":[{"type":"FeatureCollection","features":[]}]}"#,
    ])
    func `JSON that is not GeoJSON is refused`(text: String) {
        #expect(Drawn.problems(text).map(\.code) == [.notGeoJSON])
    }

    @Test(arguments: [
        #"{"type":"Point","coordinates":[5,52]}"#, #"{"type":"Feature","geometry":null}"#,
        #"{"type":"LineString","coordinates":[[5,52],[6,52]]}"#, #"{"type":"Topology"}"#,
        #"{"type":"FeatureCollection","features":[]}"#,
        #"{"type":"MultiPolygon","coordinates":[]}"#,
    ])
    func `what has no area is refused`(text: String) {
        #expect(Drawn.problems(text).map(\.code) == [.notAPolygon])
    }

    @Test(arguments: ["[true,52]", "[5]", "[]", #"["5","52"]"#, "[null,52]", "5", "{}"])
    func `a position that is not two numbers is refused with its index`(position: String) {
        let text = Drawn.polygon("[[5,52],\(position),[5.01,52.01],[5,52]]")
        let problems = Drawn.problems(text)
        #expect(problems.map(\.code) == [.malformedPosition])
        #expect(problems.first?.point == 1)
    }

    @Test func `a ring that does not end where it begins is refused, also with repair`() {
        let text = Drawn.multiPolygon(
            [Drawn.box(5, 52)],
            [Drawn.box(5.1, 52), "[[5.102,52.002],[5.104,52.002],[5.104,52.004],[5.102,52.004]]"]
        )
        for repair in [false, true] {
            let problems = Drawn.problems(text, repair: repair)
            #expect(problems.map(\.code) == [.unclosedRing])
            #expect(problems.first?.feature == 0 && problems.first?.polygon == 1)
            #expect(problems.first?.ring == 1 && problems.first?.point == 3)
        }
    }

    @Test(arguments: [
        "[]", "[[5,52]]", "[[5,52],[5,52],[5,52],[5,52]]", "[[5,52],[5.01,52],[5,52]]",
        "[[5,52],[5.01,52.01],[5.02,52.02],[5,52]]", "[[5,52],[5.01,52],[5.005,52],[5,52]]",
    ])
    func `a ring without an area is refused`(ring: String) {
        #expect(Drawn.problems(Drawn.polygon(ring)).map(\.code) == [.degenerateRing])
    }

    @Test func `a position off the earth is refused with its index`() {
        let problems = Drawn.problems(Drawn.polygon("[[5,52],[5.01,152],[5.01,52.01],[5,52]]"))
        #expect(problems.map(\.code) == [.outOfRange])
        #expect(problems.first?.ring == 0 && problems.first?.point == 1)
    }

    @Test func `metres of the Dutch grid are recognised`() throws {
        let problems = Drawn.problems(
            Drawn.polygon(
                Drawn.ring([
                    (136_000, 455_000), (137_000, 455_000), (137_000, 456_000), (136_000, 455_000),
                ])
            )
        )
        #expect(problems.map(\.code) == [.outOfRange])
        #expect(try #require(problems.first).sentence.contains("RD New"))
    }

    @Test func `latitude before longitude is suspected`() {
        let problems = Drawn.problems(Drawn.polygon(Drawn.box(52, 5)))
        #expect(problems.map(\.code) == [.axisOrderSuspected])
    }

    @Test func `another reference system is refused`() {
        let polygon = Drawn.polygon(Drawn.box(5, 52)).dropLast()
        let name = #"{"name":"urn:ogc:def:crs:EPSG::28992"}"#
        for crs in [#"{"type":"name","properties":\#(name)}"#, #""EPSG:28992""#] {
            let problems = Drawn.problems(#"\#(polygon),"crs":\#(crs)}"#)
            #expect(problems.map(\.code) == [.foreignReferenceSystem])
        }
    }

    @Test func `a feature that is not there is refused`() {
        let file = Drawn.collection(Drawn.feature(Drawn.polygon(Drawn.box(5, 52))))
        #expect(Drawn.problems(file, feature: 1).map(\.code) == [.featureNotFound])
        #expect(Drawn.problems(file, feature: -1).map(\.code) == [.featureNotFound])
        #expect(Drawn.problems(file, feature: 0).isEmpty)
    }

    @Test func `all bad features of a file are named at once`() {
        let file = Drawn.collection(
            Drawn.feature(Drawn.bowTie),
            Drawn.feature(Drawn.polygon(Drawn.box(5, 52))),
            Drawn.feature(Drawn.polygon("[[5,52],[5.01,52],[5.01,52.01],[5,52.01]]")),
            Drawn.feature(#"{"type":"Point","coordinates":[5,52]}"#)
        )
        let problems = Drawn.problems(file)
        #expect(problems.map(\.feature) == [0, 2, 3])
        #expect(problems.map(\.code) == [.selfCrossing, .unclosedRing, .notAPolygon])
    }

    @Test func `too many bytes, vertices or levels are refused`() {
        let polygon = Drawn.polygon(Drawn.box(5, 52))
        let size = polygon.utf8.count
        let roomy = GeometryLimits(bytes: size, depth: 4, vertices: 5, crossings: 0)
        #expect(Drawn.problems(polygon, limits: roomy).isEmpty)
        for (limits, code) in [
            (GeometryLimits(bytes: size - 1, depth: 4, vertices: 5, crossings: 0), .tooManyBytes),
            (GeometryLimits(bytes: size, depth: 3, vertices: 5, crossings: 0), .tooDeeplyNested),
            (GeometryLimits(bytes: size, depth: 4, vertices: 4, crossings: 0), .tooManyVertices),
        ] as [(GeometryLimits, GeometryProblem.Code)] {
            #expect(Drawn.problems(polygon, limits: limits).map(\.code) == [code])
        }
    }

    @Test func `a circle of more than 20,000 vertices is too much for a geofence`() {
        func circle(_ count: Int) -> String {
            let points = (0..<count).map { index in
                let share = Double(index) / Double(count)
                return share < 0.5 ? (5 + share, 52.0) : (5 + (1 - share), 52 + (share - 0.4999))
            }
            return Drawn.polygon(Drawn.ring(points + [points[0]]))
        }
        #expect(Drawn.problems(circle(19_999)).isEmpty)
        #expect(Drawn.problems(circle(20_000)).map(\.code) == [.tooManyVertices])
        #expect(Drawn.problems(circle(20_000), limits: .offline).isEmpty)
    }

    @Test func `a scribble is neither mended nor joined beyond a limit of crossings`() {
        // Every slat of the one grid crosses every slat of the other.
        func slats(across: Bool) -> [[String]] {
            (0..<80).map { index in
                let (near, far) = (5 + Double(index) * 0.001, 5.0004 + Double(index) * 0.001)
                let corners = [(near, 4.9), (far, 4.9), (far, 5.2), (near, 5.2), (near, 4.9)]
                return [Drawn.ring(corners.map { across ? ($0.1, $0.0) : $0 })]
            }
        }
        func multiPolygon(_ slats: [[String]]) -> String {
            let parts = slats.map { "[\($0[0])]" }.joined(separator: ",")
            return #"{"type":"MultiPolygon","coordinates":[\#(parts)]}"#
        }
        let scribble = multiPolygon(slats(across: false) + slats(across: true))
        #expect(Drawn.problems(scribble).map(\.code) == [.overlappingRings])
        #expect(Drawn.problems(scribble, repair: true).map(\.code) == [.tooManyCrossings])
        let grids = Drawn.collection(
            Drawn.feature(multiPolygon(slats(across: false))),
            Drawn.feature(multiPolygon(slats(across: true)))
        )
        #expect(Drawn.problems(grids).map(\.code) == [.tooManyCrossings])
        #expect(Drawn.problems(grids, limits: .offline).isEmpty)
    }

    @Test(arguments: ["[", #"{"a":"#, #"{"type":"GeometryCollection","geometries":["#])
    func `endless nesting is refused and harms nothing`(opening: String) {
        let text = String(repeating: opening, count: 100_000)
        let problems = Drawn.problems(text, limits: .offline)
        #expect(problems.map(\.code) == [.tooDeeplyNested])
    }

    @Test func `a list of problems has an end`() {
        let features = (0..<500).map { _ in Drawn.feature(#"{"type":"Point"}"#) }
        let file = #"{"type":"FeatureCollection","features":[\#(features.joined(separator: ","))]}"#
        #expect(Drawn.problems(file).count == GeometryRefusal.maximumProblems)
    }

    @Test func `codes are kebab-case and differ`() {
        let codes = GeometryProblem.Code.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil })
    }
}
