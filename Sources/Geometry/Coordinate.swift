/// A place on the WGS 84 ellipsoid, in degrees.
///
/// Longitude comes first, as in GeoJSON (RFC 7946 section 3.1.1). A value of this type is always
/// finite and in range, so nothing that takes one has to check it again.
package struct Coordinate: Sendable, Hashable {
    /// Degrees east of Greenwich, -180 to 180.
    package let longitude: Double
    /// Degrees north of the equator, -90 to 90.
    package let latitude: Double

    /// Makes a coordinate, or nil when an ordinate is not finite or out of range.
    package init?(longitude: Double, latitude: Double) {
        guard (-180...180).contains(longitude), (-90...90).contains(latitude) else { return nil }
        self.longitude = longitude
        self.latitude = latitude
    }
}

/// The smallest box of longitudes and latitudes that holds an area, edges included.
package struct BoundingBox: Sendable, Hashable {
    /// The least longitude, in degrees.
    package private(set) var west: Double
    /// The least latitude, in degrees.
    package private(set) var south: Double
    /// The greatest longitude, in degrees.
    package private(set) var east: Double
    /// The greatest latitude, in degrees.
    package private(set) var north: Double

    /// The box of one point, to grow from.
    init(_ point: Coordinate) {
        west = point.longitude
        east = point.longitude
        south = point.latitude
        north = point.latitude
    }

    /// Grows the box until it holds the point.
    mutating func include(_ point: Coordinate) {
        west = min(west, point.longitude)
        east = max(east, point.longitude)
        south = min(south, point.latitude)
        north = max(north, point.latitude)
    }
}

/// A polygon whose rings are closed: the last point repeats the first.
struct Polygon: Sendable, Hashable {
    var exterior: [Coordinate]
    var holes: [[Coordinate]]

    var rings: [[Coordinate]] { [exterior] + holes }
}
