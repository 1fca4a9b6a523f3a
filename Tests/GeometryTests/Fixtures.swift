import Geometry

/// A coordinate that is known to be in range.
func at(_ longitude: Double, _ latitude: Double) -> Coordinate {
    Coordinate(longitude: longitude, latitude: latitude)!
}

/// Areas drawn for these tests, near 5 degrees east and 52 north; the boxes are 0.01 degree wide.
enum Drawn {
    /// A ring of GeoJSON positions around a box, counter-clockwise unless asked otherwise.
    static func box(
        _ west: Double,
        _ south: Double,
        _ size: Double = 0.01,
        clockwise: Bool = false
    ) -> String {
        let (east, north) = (west + size, south + size)
        let corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return ring(clockwise ? corners.reversed() : corners)
    }

    static func ring(_ points: [(Double, Double)]) -> String {
        "[" + points.map { "[\($0.0),\($0.1)]" }.joined(separator: ",") + "]"
    }

    static func polygon(_ rings: String...) -> String {
        #"{"type":"Polygon","coordinates":[\#(rings.joined(separator: ","))]}"#
    }

    static func multiPolygon(_ polygons: [String]...) -> String {
        let parts = polygons.map { "[" + $0.joined(separator: ",") + "]" }
        return #"{"type":"MultiPolygon","coordinates":[\#(parts.joined(separator: ","))]}"#
    }

    static func feature(_ geometry: String) -> String {
        #"{"type":"Feature","properties":{"name":"a \"[{\" b"},"geometry":\#(geometry)}"#
    }

    static func collection(_ features: String...) -> String {
        #"{"type":"FeatureCollection","features":[\#(features.joined(separator: ","))]}"#
    }

    /// Two lobes that meet where the ring crosses itself, at 5.005, 52.005.
    static let bowTie = polygon(
        ring([(5, 52), (5.01, 52.01), (5.01, 52), (5, 52.01), (5, 52)])
    )

    static func read(
        _ text: String,
        feature: Int? = nil,
        repair: Bool = false,
        limits: GeometryLimits = .geofence
    ) throws -> GeofenceImport.Result {
        try GeofenceImport.read(Array(text.utf8), feature: feature, repair: repair, limits: limits)
    }

    static func geofence(_ text: String) throws -> Geofence {
        try Geofence(read(text))
    }

    /// The problems for which a text is refused; none when it is accepted.
    static func problems(
        _ text: String,
        feature: Int? = nil,
        repair: Bool = false,
        limits: GeometryLimits = .geofence
    ) -> [GeometryProblem] {
        do {
            _ = try GeofenceImport.read(
                Array(text.utf8),
                feature: feature,
                repair: repair,
                limits: limits
            )
            return []
        } catch {
            return error.problems
        }
    }
}
