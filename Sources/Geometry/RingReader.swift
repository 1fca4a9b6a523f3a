/// Turns a raw area into polygons of checked coordinates, noting everything wrong on the way.
///
/// What it leaves to the geometry engine is whether rings cross or lie where they should.
struct RingReader {
    private(set) var problems: [GeometryProblem] = []
    private(set) var droppedPoints = 0
    private(set) var vertices = 0

    /// Nil when a problem was found.
    mutating func polygons(of area: RawArea) -> [Polygon]? {
        let before = problems.count
        var polygons: [Polygon] = []
        var place = GeometryProblem.Place(feature: area.feature)
        if area.polygons.isEmpty { report(.notAPolygon, "The geometry has no polygon.", place) }
        for (index, rawRings) in area.polygons.enumerated() {
            place.polygon = index
            if rawRings.isEmpty { report(.degenerateRing, "The polygon has no ring.", place) }
            var rings: [[Coordinate]] = []
            for (ringIndex, raw) in rawRings.enumerated() {
                place.ring = ringIndex
                if let ring = ring(raw, at: place) { rings.append(ring) }
            }
            place.ring = nil
            if let exterior = rings.first {
                polygons.append(Polygon(exterior: exterior, holes: Array(rings.dropFirst())))
            }
        }
        guard problems.count == before else { return nil }
        if let suspicion = Self.axisOrderSuspicion(polygons, feature: area.feature) {
            problems.append(suspicion)
            return nil
        }
        return polygons
    }

    private mutating func ring(
        _ raw: [RawPosition],
        at ringPlace: GeometryProblem.Place
    ) -> [Coordinate]? {
        var ring: [Coordinate] = []
        ring.reserveCapacity(raw.count)
        for (index, position) in raw.enumerated() {
            var place = ringPlace
            place.point = index
            guard let (x, y) = position.ordinates else {
                report(.malformedPosition, "A position is two or three numbers.", place)
                return nil
            }
            guard let point = Coordinate(longitude: x, latitude: y) else {
                report(.outOfRange, Self.rangeSentence(x, y), place)
                return nil
            }
            if point == ring.last { droppedPoints += 1 } else { ring.append(point) }
        }
        vertices += ring.count
        return isSound(ring, pointsInFile: raw.count, at: ringPlace) ? ring : nil
    }

    private mutating func isSound(
        _ ring: [Coordinate],
        pointsInFile: Int,
        at place: GeometryProblem.Place
    ) -> Bool {
        guard pointsInFile > 0 else {
            report(.degenerateRing, "The ring has no points.", place)
            return false
        }
        // A ring of one point written often has become that one point: degenerate, but closed.
        if ring.first != ring.last {
            var end = place
            end.point = pointsInFile - 1
            report(.unclosedRing, "The ring's last point is not its first.", end, ring.last)
            return false
        }
        if ring.count < 4 {
            report(
                .degenerateRing,
                "A ring needs three different points, and the first one again.",
                place,
                ring.first
            )
            return false
        }
        if Self.isFlat(ring) {
            report(.degenerateRing, "All points of the ring lie on one line.", place, ring.first)
            return false
        }
        return true
    }

    private mutating func report(
        _ code: GeometryProblem.Code,
        _ sentence: String,
        _ place: GeometryProblem.Place,
        _ location: Coordinate? = nil
    ) {
        problems.append(GeometryProblem(code, sentence, at: place, location: location))
    }

    /// Whether every point is within 1e-12 degree (a tenth of a micrometre) of one line.
    static func isFlat(_ ring: [Coordinate]) -> Bool {
        let origin = ring[0]
        func offset(_ point: Coordinate) -> (x: Double, y: Double) {
            (point.longitude - origin.longitude, point.latitude - origin.latitude)
        }
        var furthest = (x: 0.0, y: 0.0)
        var length2 = 0.0
        for point in ring {
            let (x, y) = offset(point)
            if x * x + y * y > length2 {
                furthest = (x, y)
                length2 = x * x + y * y
            }
        }
        let tolerance = 1e-12 * length2.squareRoot()
        return ring.allSatisfy { point in
            let (x, y) = offset(point)
            return abs(furthest.x * y - furthest.y * x) <= tolerance
        }
    }

    private static func rangeSentence(_ x: Double, _ y: Double) -> String {
        // RD New (EPSG:28992), in which Dutch municipalities keep their maps, has metres up to
        // 280,000 and 625,000.
        let rdNew = (0...300_000).contains(x) && (300_000...630_000).contains(y)
        let hint = rdNew ? " They look like RD New (EPSG:28992): convert to WGS 84." : ""
        return "\(x), \(y) is not a longitude and a latitude in degrees." + hint
    }

    /// The Netherlands lie at 3–8 degrees east and 50–54 north; the other way round is open sea.
    private static func axisOrderSuspicion(
        _ polygons: [Polygon],
        feature: Int
    ) -> GeometryProblem? {
        for (index, polygon) in polygons.enumerated() {
            let swapped = polygon.exterior.allSatisfy {
                (50...54).contains($0.longitude) && (3...8).contains($0.latitude)
            }
            guard swapped else { continue }
            return GeometryProblem(
                .axisOrderSuspected,
                "The positions seem to be latitude, longitude; GeoJSON has longitude first.",
                at: .init(feature: feature, polygon: index),
                location: polygon.exterior[0]
            )
        }
        return nil
    }
}
