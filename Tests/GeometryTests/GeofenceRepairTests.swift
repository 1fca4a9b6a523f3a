import Geometry
import Testing

@Suite struct GeofenceRepairTests {
    @Test func `a self-crossing ring is refused with feature, ring and place`() throws {
        let file = Drawn.collection(
            Drawn.feature(Drawn.polygon(Drawn.box(5.1, 52))),
            Drawn.feature(Drawn.bowTie)
        )
        let problems = Drawn.problems(file)
        #expect(problems.map(\.code) == [.selfCrossing])
        let problem = try #require(problems.first)
        #expect(problem.feature == 1 && problem.polygon == 0 && problem.ring == 0)
        #expect(problem.point == 0)
        let place = try #require(problem.location)
        #expect(Geodesic.distanceMetres(place, at(5.005, 52.005)) < 0.001)
        #expect(problem.description.hasPrefix("self-crossing, feature 1, polygon 0, ring 0"))
    }

    @Test func `with repair both lobes of a self-crossing ring are kept`() throws {
        let result = try Drawn.read(Drawn.bowTie, repair: true)
        let repair = try #require(result.repairs.first)
        #expect(result.repairs.count == 1)
        #expect(repair.problems.map(\.code) == [.selfCrossing])
        #expect(abs(repair.areaAfter - result.areaSquareMetres) < 1e-6)
        // The lobes run opposite ways, so as drawn they nearly cancel.
        #expect(repair.areaBefore < 1_000)
        #expect(repair.areaChange > 300_000)
        let geofence = try Geofence(result)
        #expect(geofence.position(of: at(5.001, 52.005)) == .inside)
        #expect(geofence.position(of: at(5.009, 52.005)) == .inside)
        #expect(geofence.position(of: at(5.005, 52.009)) == .outside)
        #expect(geofence.position(of: at(5.005, 52.005)) == .boundary)
    }

    @Test func `a sound file is not touched by repair`() throws {
        let text = Drawn.polygon(Drawn.box(5, 52))
        let repaired = try Drawn.read(text, repair: true)
        #expect(repaired == (try Drawn.read(text)))
        #expect(repaired.repairs.isEmpty)
    }

    @Test func `a hole that crosses itself is named by its ring`() throws {
        let hole = Drawn.ring([
            (5.002, 52.002), (5.004, 52.004), (5.004, 52.002), (5.002, 52.004), (5.002, 52.002),
        ])
        let problems = Drawn.problems(
            Drawn.polygon(Drawn.box(5, 52), Drawn.box(5.006, 52.006, 0.002), hole)
        )
        #expect(problems.map(\.code) == [.selfCrossing])
        #expect(problems.first?.ring == 2)
    }

    @Test func `a hole outside its shell is refused, and becomes ground of its own by repair`()
        throws
    {
        let text = Drawn.polygon(Drawn.box(5, 52), Drawn.box(5.1, 52, 0.002))
        let problems = Drawn.problems(text)
        #expect(problems.map(\.code) == [.holeOutsideShell])
        #expect(problems.first?.ring == 1)
        let result = try Drawn.read(text, repair: true)
        #expect(try #require(result.repairs.first).areaChange > 0)
        #expect(try Geofence(result).position(of: at(5.101, 52.001)) == .inside)
    }

    @Test func `a hole that crosses its shell is refused, and cut off by repair`() throws {
        let text = Drawn.polygon(Drawn.box(5, 52), Drawn.box(5.008, 52.002, 0.004))
        let problems = Drawn.problems(text)
        #expect(problems.map(\.code) == [.selfCrossing])
        #expect(problems.first?.ring == 1)
        let geofence = try Geofence(Drawn.read(text, repair: true))
        #expect(geofence.position(of: at(5.009, 52.003)) == .outside)
        #expect(geofence.position(of: at(5.011, 52.003)) == .outside)
    }

    @Test func `overlapping polygons are refused, and joined by repair`() throws {
        let text = Drawn.multiPolygon([Drawn.box(5, 52)], [Drawn.box(5.005, 52.005)])
        #expect(Drawn.problems(text).map(\.code) == [.overlappingRings])
        let geofence = try Geofence(Drawn.read(text, repair: true))
        #expect(geofence.position(of: at(5.007, 52.007)) == .inside)
    }

    @Test func `a ring that touches itself is refused, and becomes a hole by repair`() throws {
        let text = Drawn.polygon(
            Drawn.ring([
                (5, 52), (5.01, 52), (5.01, 52.01), (5.005, 52.01), (5.007, 52.005),
                (5.003, 52.005), (5.005, 52.01), (5, 52.01), (5, 52),
            ])
        )
        #expect(Drawn.problems(text).map(\.code) == [.selfTouching])
        let geofence = try Geofence(Drawn.read(text, repair: true))
        #expect(geofence.position(of: at(5.005, 52.006)) == .outside)
        #expect(geofence.position(of: at(5.005, 52.004)) == .inside)
    }
}
