/// Finds out which ring of an area makes it invalid, and how.
///
/// The engine names only the first fault of what it is given, so every ring is asked about by
/// itself first, then every polygon, then the whole. Empty when the area is valid.
enum AreaValidation {
    static func problems(
        _ polygons: [Polygon],
        of area: RawArea
    ) throws(EngineFailure) -> [GeometryProblem] {
        guard let whole = try GEOSArea(polygons).invalidity() else { return [] }
        var problems: [GeometryProblem] = []
        for (index, polygon) in polygons.enumerated() {
            let place = GeometryProblem.Place(feature: area.feature, polygon: index)
            problems += try self.problems(polygon, raw: area.polygons[index], at: place)
        }
        if !problems.isEmpty { return problems }
        return [problem(whole.reason, .init(feature: area.feature), whole.location)]
    }

    private static func problems(
        _ polygon: Polygon,
        raw: [[RawPosition]],
        at polygonPlace: GeometryProblem.Place
    ) throws(EngineFailure) -> [GeometryProblem] {
        guard let whole = try GEOSArea([polygon]).invalidity() else { return [] }
        var place = polygonPlace
        var problems: [GeometryProblem] = []
        for (index, ring) in polygon.rings.enumerated() {
            let alone = Polygon(exterior: ring, holes: [])
            guard let fault = try GEOSArea([alone]).invalidity() else { continue }
            place.ring = index
            place.point = fault.location.flatMap { nearestEdge(of: raw[index], to: $0)?.point }
            problems.append(problem(fault.reason, place, fault.location))
        }
        if !problems.isEmpty { return problems }
        // Two rings meet at the place; holes come last and are the likelier mistake.
        if let location = whole.location {
            let edges = raw.map { nearestEdge(of: $0, to: location) }
            let closest = edges.compactMap { $0?.distance2 }.min() ?? 0
            let met = edges.lastIndex { ($0?.distance2 ?? .infinity) <= closest + 1e-20 }
            place.ring = met
            place.point = met.flatMap { edges[$0]?.point }
        }
        return [problem(whole.reason, place, whole.location)]
    }

    private static func problem(
        _ reason: String,
        _ place: GeometryProblem.Place,
        _ location: Coordinate?
    ) -> GeometryProblem {
        let spot = location.map { " at \($0.longitude), \($0.latitude)" } ?? ""
        let (code, sentence): (GeometryProblem.Code, String) =
            switch (reason, place.ring) {
            case ("Self-intersection", nil):
                (.overlappingRings, "Two polygons overlap\(spot).")
            case ("Self-intersection", _):
                (.selfCrossing, "The boundary crosses itself\(spot).")
            case ("Ring Self-intersection", _):
                (.selfTouching, "The ring touches itself\(spot).")
            case ("Hole lies outside shell", _):
                (.holeOutsideShell, "The hole lies outside its polygon\(spot).")
            case ("Interior is disconnected", _):
                (.disconnectedInterior, "Holes cut the polygon into pieces\(spot).")
            case ("Too few points in geometry component", _):
                (.degenerateRing, "The ring has too few points\(spot).")
            default:
                (.overlappingRings, "Rings overlap or lie within each other\(spot).")
            }
        return GeometryProblem(code, sentence, at: place, location: location)
    }

    /// The edge that passes closest to a place, by the index of the point where it begins.
    private static func nearestEdge(
        of ring: [RawPosition],
        to place: Coordinate
    ) -> (point: Int, distance2: Double)? {
        var best: (point: Int, distance2: Double)?
        for (index, (from, to)) in zip(ring, ring.dropFirst()).enumerated() {
            guard let from = from.ordinates, let to = to.ordinates else { continue }
            let (dx, dy) = (to.x - from.x, to.y - from.y)
            let (px, py) = (place.longitude - from.x, place.latitude - from.y)
            let length2 = dx * dx + dy * dy
            let share = length2 == 0 ? 0 : min(1, max(0, (px * dx + py * dy) / length2))
            let (ox, oy) = (px - share * dx, py - share * dy)
            let distance2 = ox * ox + oy * oy
            if distance2 < best?.distance2 ?? .infinity { best = (index, distance2) }
        }
        return best
    }
}
