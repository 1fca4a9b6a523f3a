/// The edges of a geofence, arranged to find the one nearest to a place.
///
/// GEOS measures in a plane only, so metres are ours. Edges that follow each other lie close
/// together; runs of them are boxed, and runs whose box is further away than the best edge found
/// so far are skipped.
struct BoundaryIndex: Sendable {
    private struct Run: Sendable {
        let edges: Range<Int>
        let box: BoundingBox
        /// Metres that a degree eastwards spans where the box is furthest from the equator.
        let leastEast: Double

        init(edges: Range<Int>, points: [Coordinate]) {
            self.edges = edges
            var box = BoundingBox(points[edges.lowerBound])
            for point in points[edges.lowerBound...edges.upperBound] { box.include(point) }
            self.box = box
            let highest = max(abs(box.south), abs(box.north))
            leastEast = Ellipsoid.metresPerDegree(latitude: highest).east
        }

        /// A square distance in metres that no point of the run is nearer than.
        ///
        /// A degree spans the least at the equator northwards, at the highest latitude eastwards.
        func leastDistance2(to eye: Eye) -> Double {
            let dx = max(box.west - eye.longitude, eye.longitude - box.east, 0)
            let dy = max(box.south - eye.latitude, eye.latitude - box.north, 0)
            let x = dx * min(leastEast, eye.scale.east)
            let y = dy * BoundaryIndex.leastNorth
            return x * x + y * y
        }
    }

    private static let edgesPerRun = 32
    private static let leastNorth = Ellipsoid.metresPerDegree(latitude: 0).north

    /// All rings after each other; edge i goes from point i to point i + 1 within its run.
    private var points: [Coordinate] = []
    private var runs: [Run] = []
    private let box: BoundingBox

    init(_ polygons: [Polygon], box: BoundingBox) {
        self.box = box
        for ring in polygons.flatMap(\.rings) {
            let start = points.count
            points += ring
            for first in stride(from: 0, to: ring.count - 1, by: Self.edgesPerRun) {
                let end = min(first + Self.edgesPerRun, ring.count - 1)
                runs.append(Run(edges: start + first..<start + end, points: points))
            }
        }
    }

    /// Metres over the WGS 84 ellipsoid from a place to the nearest point of the boundary.
    func distanceMetres(from place: Coordinate) -> Double {
        let eye = Eye(place)
        var best = nearest(to: eye)
        // Across the antimeridian the way round may be shorter; the eye moves, not the edges.
        for turn in [-360.0, 360.0] {
            let moved = Eye(place, turnedBy: turn)
            let gap = max(box.west - moved.longitude, moved.longitude - box.east)
            guard gap < 180 else { continue }
            let other = nearest(to: moved)
            if other.distance2 < best.distance2 { best = other }
        }
        return Geodesic.distanceMetres(place, best.point)
    }

    private func nearest(to eye: Eye) -> Nearest {
        var best = Nearest(point: points[0], distance2: .infinity)
        var closest = (run: 0, distance2: Double.infinity)
        for (index, run) in runs.enumerated() {
            let distance2 = run.leastDistance2(to: eye)
            if distance2 < closest.distance2 { closest = (index, distance2) }
        }
        search(runs[closest.run], eye, &best)
        for run in runs where run.leastDistance2(to: eye) < best.distance2 {
            search(run, eye, &best)
        }
        return best
    }

    private func search(_ run: Run, _ eye: Eye, _ best: inout Nearest) {
        for edge in run.edges {
            let found = eye.nearest(on: points[edge], points[edge + 1])
            if found.distance2 < best.distance2 { best = found }
        }
    }
}

/// The closest point found, with the square of its approximate distance in metres.
private struct Nearest {
    var point: Coordinate
    var distance2: Double
}

/// A place from which boundaries are looked at; its longitude may be a turn off.
private struct Eye {
    let longitude: Double
    let latitude: Double
    /// Metres that a degree spans here.
    let scale: (east: Double, north: Double)

    init(_ place: Coordinate, turnedBy turn: Double = 0) {
        longitude = place.longitude + turn
        latitude = place.latitude
        scale = Ellipsoid.metresPerDegree(latitude: latitude)
    }

    /// The closest point of an edge, which is straight in longitude and latitude.
    ///
    /// Lengths are measured with the radii of curvature halfway between the place and the found
    /// point, which is good to one part in ten thousand within a hundred kilometres. As the halfway
    /// latitude depends on the answer it is worked out again; it settles at once for near edges.
    func nearest(on from: Coordinate, _ to: Coordinate) -> Nearest {
        let (dx, dy) = (to.longitude - from.longitude, to.latitude - from.latitude)
        let (px, py) = (longitude - from.longitude, latitude - from.latitude)
        var share = 0.0
        var scale = scale
        for _ in 0..<3 {
            let (ex, ey) = (dx * scale.east, dy * scale.north)
            let length2 = ex * ex + ey * ey
            let along = px * scale.east * ex + py * scale.north * ey
            let next = length2 == 0 ? 0 : min(1, max(0, along / length2))
            let settled = next == share
            share = next
            let reached = from.latitude + share * dy
            scale = Ellipsoid.metresPerDegree(latitude: (latitude + reached) / 2)
            if settled { break }
        }
        let x = (px - share * dx) * scale.east
        let y = (py - share * dy) * scale.north
        let point = Coordinate(
            longitude: from.longitude + share * dx,
            latitude: from.latitude + share * dy
        )
        return Nearest(point: point ?? to, distance2: x * x + y * y)
    }
}
