/// Reading of GeoJSON files into geofences.
package enum GeofenceImport {
    /// A file that may become a geofence.
    package struct Result: Sendable, Hashable {
        /// The area as one GeoJSON MultiPolygon in canonical form, to be stored and digested.
        ///
        /// Two files of the same area give the same text; reading it back gives the same area to
        /// the last bit, so a stored geofence answers exactly as the imported file does.
        package let canonicalGeoJSON: String
        /// Points of all rings, closing points counted.
        package let vertexCount: Int
        /// The smallest box around the area.
        package let boundingBox: BoundingBox
        /// Square metres on the WGS 84 ellipsoid.
        package let areaSquareMetres: Double
        /// What was mended; empty unless repair was asked for and needed.
        package let repairs: [Repair]
        /// Points left out because they repeat the point before them.
        package let droppedRepeatedPoints: Int

        let polygons: [Polygon]
    }

    /// One area of the file that was mended.
    package struct Repair: Sendable, Hashable {
        /// The feature's index in the file.
        package let feature: Int
        /// What was wrong with it.
        package let problems: [GeometryProblem]
        /// Square metres as drawn, loops that run the other way taken off, as a mapping program
        /// would report it.
        package let areaBefore: Double
        /// Square metres of the mended area.
        package let areaAfter: Double

        /// Square metres gained, or lost when negative.
        package var areaChange: Double { areaAfter - areaBefore }
    }

    /// Reads RFC 7946 bytes: a Polygon, MultiPolygon or GeometryCollection of these, a Feature or a
    /// FeatureCollection.
    ///
    /// Either winding is accepted, repeated points are dropped and altitudes ignored. Several
    /// polygons that are not of one MultiPolygon become their union.
    ///
    /// - Parameters:
    ///   - feature: the feature to take, counted from 0; nil takes the union of the whole file.
    ///   - repair: mend crossing, touching or misplaced rings. What cannot be mended without
    ///     guessing (an unclosed ring, say, may be a cut-off file) is refused all the same.
    /// - Throws: every problem found. Whether rings cross is looked at only in areas whose
    ///   positions are sound.
    package static func read(
        _ bytes: [UInt8],
        feature: Int? = nil,
        repair: Bool = false,
        limits: GeometryLimits = .geofence
    ) throws(GeometryRefusal) -> Result {
        let reading = try reading(bytes, feature: feature, repair: repair, limits: limits)
        guard reading.problems.isEmpty else { throw GeometryRefusal(reading.problems) }
        return try reading.result()
    }

    /// Reads like ``read(_:feature:repair:limits:)`` but leaves out what has problems, for looking
    /// at a whole file of which a part is bad.
    ///
    /// - Returns: the union of the sound areas, and the problems of the others.
    /// - Throws: the problems, when no sound area is left, and the file's own (not JSON, a limit).
    package static func readSoundPart(
        _ bytes: [UInt8],
        repair: Bool = false,
        limits: GeometryLimits = .offline
    ) throws(GeometryRefusal) -> (result: Result, problems: [GeometryProblem]) {
        let reading = try reading(bytes, feature: nil, repair: repair, limits: limits)
        if reading.parts.isEmpty { throw GeometryRefusal(reading.problems) }
        return (try reading.result(), reading.problems)
    }

    /// The area that several areas cover together; that of a single one is the same to the last
    /// bit. A circle over the border between neighbours lies wholly inside both together.
    ///
    /// - Throws: when there is no area, or they touch each other in too many places.
    package static func union(_ areas: [Result]) throws(GeometryRefusal) -> Result {
        if let only = areas.first, areas.count == 1 { return only }
        return try GeofenceReading(parts: areas.map(\.polygons), limits: .offline).result()
    }

    private static func reading(
        _ bytes: [UInt8],
        feature: Int?,
        repair: Bool,
        limits: GeometryLimits
    ) throws(GeometryRefusal) -> GeofenceReading {
        let file = try GeoJSONFile(bytes, feature: feature, limits: limits)
        do {
            return try GeofenceReading(file, repair: repair, limits: limits)
        } catch let refusal as GeometryRefusal {
            throw refusal
        } catch {
            throw .engine
        }
    }
}

extension GeometryRefusal {
    /// GEOS failed on an area that passed every check: a fault of ours or of the machine.
    static let engine = GeometryRefusal(
        GeometryProblem(.engineFailure, "The geometry engine could not work with this area.")
    )
}
