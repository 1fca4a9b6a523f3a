/// The one way in which a geofence is written down for storage.
///
/// The same area drawn with another winding, another first point or other parts first gives the
/// same text, so that texts can be compared. Ordinates are written with the fewest digits that read
/// back as the same Double: rounding them could move a boundary over a shop, or cross two edges.
enum CanonicalGeoJSON {
    /// Exteriors counter-clockwise, holes clockwise (RFC 7946 section 3.1.6), each ring starting at
    /// its most western (then most southern) point, rings and polygons ordered by those points.
    static func normalised(_ polygons: [Polygon]) -> [Polygon] {
        let ordered = polygons.map { polygon in
            Polygon(
                exterior: normalised(polygon.exterior, counterClockwise: true),
                holes: polygon.holes
                    .map { normalised($0, counterClockwise: false) }
                    .sorted(by: ringPrecedes)
            )
        }
        return ordered.sorted { ringPrecedes($0.exterior, $1.exterior) }
    }

    /// A GeoJSON MultiPolygon without spaces or line breaks.
    static func text(_ polygons: [Polygon]) -> String {
        var text = #"{"type":"MultiPolygon","coordinates":["#
        for (index, polygon) in polygons.enumerated() {
            text += index == 0 ? "[" : ",["
            for (index, ring) in polygon.rings.enumerated() {
                text += index == 0 ? "[" : ",["
                for (index, point) in ring.enumerated() {
                    text += index == 0 ? "[" : ",["
                    text += "\(number(point.longitude)),\(number(point.latitude))]"
                }
                text += "]"
            }
            text += "]"
        }
        return text + "]}"
    }

    private static func normalised(
        _ ring: [Coordinate],
        counterClockwise: Bool
    ) -> [Coordinate] {
        var open = Array(ring.dropLast())
        if (RingArea.signedSquareMetres(ring) > 0) != counterClockwise { open.reverse() }
        guard let start = open.indices.min(by: { precedes(open[$0], open[$1]) }) else { return [] }
        return Array(open[start...] + open[..<start]) + [open[start]]
    }

    private static func precedes(_ one: Coordinate, _ other: Coordinate) -> Bool {
        (one.longitude, one.latitude) < (other.longitude, other.latitude)
    }

    /// Rings of valid polygons may share their first point, so all points count.
    private static func ringPrecedes(_ one: [Coordinate], _ other: [Coordinate]) -> Bool {
        one.lexicographicallyPrecedes(other, by: precedes)
    }

    /// Swift's shortest round-trip digits; whole numbers lose their ".0" and zero its sign.
    private static func number(_ value: Double) -> String {
        if let whole = Int(exactly: value) { return String(whole) }
        return String(value)
    }
}
