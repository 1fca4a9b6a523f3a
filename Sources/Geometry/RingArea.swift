/// Areas on the ellipsoid of rings whose edges are straight in longitude and latitude.
enum RingArea {
    /// Square metres, positive for a counter-clockwise ring and negative for a clockwise one.
    ///
    /// Green's theorem turns the area into an integral along the ring of the area below it. Five
    /// Gauss–Legendre points an edge make that exact to rounding for edges up to tens of degrees.
    static func signedSquareMetres(_ ring: [Coordinate]) -> Double {
        guard let first = ring.first else { return 0 }
        // Measured from a latitude of the ring itself, small rings keep their digits.
        let base = Ellipsoid.zoneArea(latitude: first.latitude)
        var sum = 0.0
        for (from, to) in zip(ring, ring.dropFirst()) {
            let width = (to.longitude - from.longitude) * Ellipsoid.radiansPerDegree
            if width == 0 { continue }
            let middle = (from.latitude + to.latitude) / 2
            let half = (to.latitude - from.latitude) / 2
            var mean = 0.0
            for (node, weight) in gaussLegendre {
                mean += weight * (Ellipsoid.zoneArea(latitude: middle + half * node) - base)
            }
            sum -= width * mean / 2
        }
        return sum
    }

    /// Square metres of polygons, their holes taken off.
    static func squareMetres(_ polygons: [Polygon]) -> Double {
        polygons.reduce(0) { total, polygon in
            let holes = polygon.holes.reduce(0) { $0 + abs(signedSquareMetres($1)) }
            return total + abs(signedSquareMetres(polygon.exterior)) - holes
        }
    }

    /// Nodes on -1...1 and weights (which sum to 2), Abramowitz and Stegun table 25.4.
    private static let gaussLegendre: [(Double, Double)] = [
        (0, 0.568888888888889),
        (-0.538469310105683, 0.478628670499366), (0.538469310105683, 0.478628670499366),
        (-0.906179845938664, 0.236926885056189), (0.906179845938664, 0.236926885056189),
    ]
}
