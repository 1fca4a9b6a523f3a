/// How often the edges of an area meet, counted before the engine is asked to cut them there.
///
/// Mending and joining cost time and memory for every meeting, of which a scribble of 20,000 edges
/// has a hundred million; a drawing mistake has a few. Counting stops at the limit.
enum CrossingCount {
    private struct Edge {
        let from: Coordinate
        let to: Coordinate
        let west: Double
        let east: Double
        let south: Double
        let north: Double

        init(_ from: Coordinate, _ to: Coordinate) {
            self.from = from
            self.to = to
            west = min(from.longitude, to.longitude)
            east = max(from.longitude, to.longitude)
            south = min(from.latitude, to.latitude)
            north = max(from.latitude, to.latitude)
        }
    }

    /// Whether more than `limit` pairs of edges meet elsewhere than at a point both begin or end at.
    ///
    /// Edges are swept from west to east and compared while their longitudes overlap.
    static func exceeds(_ limit: Int, in polygons: [Polygon]) -> Bool {
        let edges = polygons.flatMap(\.rings)
            .flatMap { ring in zip(ring, ring.dropFirst()).map(Edge.init) }
            .sorted { $0.west < $1.west }
        var count = 0
        for (index, edge) in edges.enumerated() {
            for other in edges[(index + 1)...] {
                if other.west > edge.east { break }
                guard other.south <= edge.north, other.north >= edge.south, meet(edge, other)
                else { continue }
                count += 1
                if count > limit { return true }
            }
        }
        return false
    }

    private static func meet(_ one: Edge, _ other: Edge) -> Bool {
        if one.from == other.from || one.from == other.to || one.to == other.from
            || one.to == other.to
        {
            return false
        }
        return side(one, other.from) * side(one, other.to) <= 0
            && side(other, one.from) * side(other, one.to) <= 0
    }

    /// 1, -1 or 0 for a point left of, right of or on the line of an edge; rounding may mistake
    /// points that are almost on it, which a count survives.
    private static func side(_ edge: Edge, _ point: Coordinate) -> Double {
        let cross =
            (edge.to.longitude - edge.from.longitude) * (point.latitude - edge.from.latitude)
            - (edge.to.latitude - edge.from.latitude) * (point.longitude - edge.from.longitude)
        return cross > 0 ? 1 : cross < 0 ? -1 : 0
    }
}
