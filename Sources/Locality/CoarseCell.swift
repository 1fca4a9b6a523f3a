package import Geometry

/// A piece of the earth of a twentieth of a degree each way: in the Netherlands some 3.4 by 5.6 km.
///
/// All that is remembered of where a wallet paid: enough to notice that it cannot be elsewhere a
/// minute later, and not enough to say in which street anybody was.
package struct CoarseCell: Hashable, Sendable {
    /// Cells in a degree.
    package static let perDegree = 20.0

    /// Twentieths of a degree east of Greenwich, rounded down.
    package let east: Int
    /// Twentieths of a degree north of the equator, rounded down.
    package let north: Int

    /// A cell by its numbers.
    package init(east: Int, north: Int) {
        self.east = east
        self.north = north
    }

    /// Metres from a place to the nearest point of the cell; 0 inside it.
    package func metres(from place: Coordinate) -> Double {
        let nearest = Coordinate(
            longitude: Self.clamp(place.longitude, to: east),
            latitude: Self.clamp(place.latitude, to: north)
        )
        // Off the earth lies no cell that the database made.
        return nearest.map { Geodesic.distanceMetres(place, $0) } ?? 0
    }

    private static func clamp(_ degrees: Double, to number: Int) -> Double {
        min(max(degrees, Double(number) / perDegree), Double(number + 1) / perDegree)
    }
}
