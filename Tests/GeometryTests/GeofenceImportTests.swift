import Geometry
import Testing

@Suite struct GeofenceImportTests {
    @Test func `either winding gives the same geofence, written as RFC 7946 asks`() throws {
        let one = try Drawn.read(
            Drawn.polygon(Drawn.box(5, 52), Drawn.box(5.002, 52.002, 0.002, clockwise: true))
        )
        let other = try Drawn.read(
            Drawn.polygon(Drawn.box(5, 52, clockwise: true), Drawn.box(5.002, 52.002, 0.002))
        )
        #expect(one.canonicalGeoJSON == other.canonicalGeoJSON)
        #expect(
            one.canonicalGeoJSON.hasPrefix(
                #"{"type":"MultiPolygon","coordinates":[[[[5,52],[5.01,52],[5.01,52.01],"#
            )
        )
        #expect(one.vertexCount == 10)
    }

    @Test func `another first point and another order of parts give the same text`() throws {
        let near = "[[5,52],[5.01,52],[5.01,52.01],[5,52]]"
        let nearTurned = "[[5.01,52],[5.01,52.01],[5,52],[5.01,52]]"
        let far = Drawn.box(5.1, 52)
        let one = try Drawn.read(Drawn.multiPolygon([near], [far]))
        let other = try Drawn.read(Drawn.multiPolygon([far], [nearTurned]))
        #expect(one.canonicalGeoJSON == other.canonicalGeoJSON)
    }

    @Test func `reading a canonical text gives the same text`() throws {
        let text = try Drawn.read(
            Drawn.multiPolygon([Drawn.box(4.123456789012345, 52.1)], [Drawn.box(-0.5, 51)])
        ).canonicalGeoJSON
        #expect(try Drawn.read(text).canonicalGeoJSON == text)
    }

    @Test func `repeated points are dropped and counted`() throws {
        let result = try Drawn.read(
            Drawn.polygon("[[5,52],[5,52],[5.01,52],[5.01,52.01],[5.01,52.01],[5,52],[5,52]]")
        )
        #expect(result.droppedRepeatedPoints == 3)
        #expect(result.vertexCount == 4)
    }

    @Test func `altitudes are ignored`() throws {
        let flat = try Drawn.read(Drawn.polygon("[[5,52],[5.01,52],[5.01,52.01],[5,52]]"))
        let high = try Drawn.read(
            Drawn.polygon("[[5,52,1.5],[5.01,52,2],[5.01,52.01,-3],[5,52,1.5]]")
        )
        #expect(flat.canonicalGeoJSON == high.canonicalGeoJSON)
    }

    @Test func `area and box are those of a box on the ellipsoid`() throws {
        let result = try Drawn.read(Drawn.polygon(Drawn.box(5, 52)))
        let width = Geodesic.distanceMetres(at(5, 52.005), at(5.01, 52.005))
        let height = Geodesic.distanceMetres(at(5, 52), at(5, 52.01))
        #expect(abs(result.areaSquareMetres - width * height) < 1)
        let box = result.boundingBox
        #expect(box.west == 5 && box.south == 52 && box.east == 5.01 && box.north == 52.01)
    }

    @Test func `the whole earth has its known area`() throws {
        let earth = "[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]"
        let area = try Drawn.read(Drawn.polygon(earth)).areaSquareMetres
        // The surface of WGS 84 in square metres.
        #expect(abs(area / 510_065_621_724_089 - 1) < 1e-9)
    }

    @Test func `a hole takes its area off`() throws {
        let whole = try Drawn.read(Drawn.polygon(Drawn.box(5, 52)))
        let hole = try Drawn.read(Drawn.polygon(Drawn.box(5.002, 52.002, 0.002)))
        let rest = try Drawn.read(
            Drawn.polygon(Drawn.box(5, 52), Drawn.box(5.002, 52.002, 0.002))
        )
        let difference = whole.areaSquareMetres - hole.areaSquareMetres - rest.areaSquareMetres
        #expect(abs(difference) < 1e-6)
    }

    @Test func `neighbouring features of a file become one area`() throws {
        let file = Drawn.collection(
            Drawn.feature(Drawn.polygon(Drawn.box(5, 52))),
            Drawn.feature(Drawn.polygon(Drawn.box(5.01, 52)))
        )
        let union = try Drawn.read(file)
        #expect(union.vertexCount <= 7)
        let second = try Drawn.read(file, feature: 1)
        #expect(second.boundingBox.west == 5.01)
    }

    @Test func `a geometry collection of overlapping polygons is their union`() throws {
        let polygons = [Drawn.polygon(Drawn.box(5, 52)), Drawn.polygon(Drawn.box(5.005, 52.005))]
        let result = try Drawn.read(
            Drawn.feature(
                #"{"type":"GeometryCollection","geometries":[\#(polygons.joined(separator: ","))]}"#
            )
        )
        #expect(result.vertexCount == 9)
    }

    @Test(arguments: [
        "null", #"{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}"#,
        #"{"type":"name","properties":{"name":"EPSG:4326"}}"#,
    ])
    func `a reference system that is WGS 84 is accepted`(crs: String) throws {
        let polygon = Drawn.polygon(Drawn.box(5, 52)).dropLast()
        _ = try Drawn.read(#"\#(polygon),"crs":\#(crs)}"#)
    }

    @Test func `a byte order mark is skipped`() throws {
        _ = try Drawn.read("\u{FEFF}" + Drawn.polygon(Drawn.box(5, 52)))
    }
}
