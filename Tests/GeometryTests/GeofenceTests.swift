import Geometry
import Testing

@Suite struct GeofenceTests {
    private static let holed = Drawn.multiPolygon(
        [Drawn.box(5, 52), Drawn.box(5.002, 52.002, 0.006)],
        [Drawn.box(5.004, 52.004, 0.002)],
        [Drawn.box(5.1, 52)]
    )

    @Test func `holes are outside, islands in holes and exclaves inside`() throws {
        let geofence = try Drawn.geofence(Self.holed)
        #expect(geofence.position(of: at(5.001, 52.001)) == .inside)
        #expect(geofence.position(of: at(5.003, 52.003)) == .outside)
        #expect(geofence.position(of: at(5.005, 52.005)) == .inside)
        #expect(geofence.position(of: at(5.105, 52.005)) == .inside)
        #expect(geofence.position(of: at(5.05, 52.005)) == .outside)
    }

    @Test func `vertices and edges, also of holes, are boundary and count as within`() throws {
        let geofence = try Drawn.geofence(Self.holed)
        for place in [at(5, 52), at(5.01, 52.007), at(5.003, 52.002), at(5.002, 52.002)] {
            #expect(geofence.position(of: place) == .boundary)
            #expect(geofence.position(of: place).isWithin)
            #expect(geofence.signedDistanceMetres(of: place) == 0)
        }
    }

    @Test func `there is no tolerance around the boundary`() throws {
        let geofence = try Drawn.geofence(Drawn.polygon(Drawn.box(5, 52)))
        #expect(geofence.position(of: at(5.0.nextDown, 52.005)) == .outside)
        #expect(geofence.position(of: at(5.0.nextUp, 52.005)) == .inside)
        #expect(geofence.signedDistanceMetres(of: at(5.0.nextDown, 52.005)) > -1e-6)
    }

    @Test func `edges are straight in degrees, not great circles`() throws {
        let geofence = try Drawn.geofence(Drawn.polygon(Drawn.box(0, 50, 10)))
        // The great circle between the upper corners passes north of 60 degrees.
        #expect(geofence.position(of: at(5, 60.0001)) == .outside)
        #expect(geofence.position(of: at(5, 59.9999)) == .inside)
        #expect(geofence.position(of: at(5, 60)) == .boundary)
    }

    @Test func `distances are positive inside and negative outside, to the nearest ring`() throws {
        let geofence = try Drawn.geofence(Self.holed)
        let inside = Geodesic.distanceMetres(at(5.001, 52.005), at(5, 52.005))
        #expect(abs(geofence.signedDistanceMetres(of: at(5.001, 52.005)) - inside) < 0.01)
        let inHole = Geodesic.distanceMetres(at(5.003, 52.0025), at(5.003, 52.002))
        #expect(abs(geofence.signedDistanceMetres(of: at(5.003, 52.0025)) + inHole) < 0.01)
        let far = Geodesic.distanceMetres(at(4, 52), at(5, 52))
        let measured = geofence.signedDistanceMetres(of: at(4, 52))
        #expect(abs(measured + far) < 0.001 * far)
    }

    @Test func `the nearest edge is found among many, as by looking at all of them`() throws {
        // A star of 2,000 points, so that many boxes have to be told apart.
        let count = 2_000
        let points = (0..<count).map { index -> (Double, Double) in
            let radius = index.isMultiple(of: 2) ? 0.05 : 0.03
            let (x, y) = Self.onCircle(Double(index) / Double(count))
            return (5 + radius * x, 52 + radius * y)
        }
        let geofence = try Drawn.geofence(Drawn.polygon(Drawn.ring(points + [points[0]])))
        var generator = SeededGenerator(seed: 20_260_101)
        for _ in 0..<200 {
            let place = at(
                Double.random(in: 4.9...5.1, using: &generator),
                Double.random(in: 51.9...52.1, using: &generator)
            )
            let toVertices = points.map { Geodesic.distanceMetres(place, at($0.0, $0.1)) }.min()!
            let measured = abs(geofence.signedDistanceMetres(of: place))
            // An edge comes at least as near as its ends, and its ends are within its length.
            #expect(measured <= toVertices * 1.0001 && measured >= toVertices - 2_300)
        }
    }

    @Test func `a circle is inside, partly inside or outside`() throws {
        let geofence = try Drawn.geofence(Drawn.polygon(Drawn.box(5, 52)))
        let inner = at(5.005, 52.001)
        let metres = geofence.signedDistanceMetres(of: inner)
        #expect(geofence.relation(ofCircleAround: inner, radiusMetres: metres - 0.01) == .inside)
        #expect(geofence.relation(ofCircleAround: inner, radiusMetres: metres + 0.01) == .partly)
        let outer = at(5.005, 51.999)
        let gap = -geofence.signedDistanceMetres(of: outer)
        #expect(geofence.relation(ofCircleAround: outer, radiusMetres: gap + 0.01) == .partly)
        #expect(geofence.relation(ofCircleAround: outer, radiusMetres: gap - 0.01) == .outside)
        #expect(geofence.relation(ofCircleAround: at(5, 52), radiusMetres: 0) == .inside)
        #expect(geofence.relation(ofCircleAround: at(5, 52), radiusMetres: 1) == .partly)
    }

    @Test func `a distance may go across the antimeridian`() throws {
        let geofence = try Drawn.geofence(Drawn.polygon(Drawn.box(179.98, 0, 0.01)))
        let expected = Geodesic.distanceMetres(at(-179.99, 0.005), at(179.99, 0.005))
        let measured = geofence.signedDistanceMetres(of: at(-179.99, 0.005))
        #expect(abs(measured + expected) < 0.01)
    }

    @Test func `many tasks may ask one geofence at once`() async throws {
        let geofence = try Drawn.geofence(Self.holed)
        let places = (0..<400).map { at(4.999 + Double($0) * 0.00003, 52.0041) }
        let alone = places.map { geofence.position(of: $0) }
        let fresh = try Drawn.geofence(Self.holed)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    places.map { fresh.position(of: $0) } == alone
                        && places.allSatisfy {
                            (fresh.signedDistanceMetres(of: $0) < 0)
                                == (fresh.position(of: $0) == .outside)
                        }
                }
            }
            for try await same in group { #expect(same) }
        }
    }

    /// A point of the unit circle for a share of a turn, by rational functions.
    private static func onCircle(_ share: Double) -> (Double, Double) {
        let quarter = Int(share * 4)
        let t = share * 4 - Double(quarter)
        let (x, y) = ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
        switch quarter {
        case 0: return (x, y)
        case 1: return (-y, x)
        case 2: return (-x, -y)
        default: return (y, -x)
        }
    }
}

/// SplitMix64: the same places in every run.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
