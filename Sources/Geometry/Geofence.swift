import Synchronization

/// An area in memory that answers where a place lies, in microseconds and from any task.
///
/// Edges are straight lines in longitude and latitude (RFC 7946 section 3.1.1), not great circles.
package final class Geofence: Sendable {
    /// Where a place lies.
    ///
    /// A place is on the boundary only when that is exactly so in the given numbers: there is no
    /// tolerance. The boundary counts as inside.
    package enum Position: String, Sendable, Hashable, CaseIterable {
        case inside, boundary, outside

        /// Whether the place belongs to the geofence: inside or on its boundary.
        package var isWithin: Bool { self != .outside }
    }

    /// How a circle, such as a phone's accuracy, lies with respect to the geofence.
    package enum CircleRelation: String, Sendable, Hashable, CaseIterable {
        /// The whole circle is inside; it may touch the boundary from within.
        case inside
        /// A part is inside and a part outside, or the circle just touches from outside.
        case partly
        /// No point of the circle is inside.
        case outside
    }

    /// The smallest box around the area.
    package let boundingBox: BoundingBox
    /// Square metres on the WGS 84 ellipsoid.
    package let areaSquareMetres: Double

    private let boundary: BoundaryIndex
    /// GEOS builds parts of its index at the first question, so even questions need the lock.
    private let prepared: Mutex<PreparedArea>

    /// Makes the geofence of a file just read.
    ///
    /// - Throws: ``GeometryRefusal`` with code `engine-failure`, when memory runs out.
    package init(_ result: GeofenceImport.Result) throws(GeometryRefusal) {
        boundingBox = result.boundingBox
        areaSquareMetres = result.areaSquareMetres
        boundary = BoundaryIndex(result.polygons, box: result.boundingBox)
        do {
            prepared = Mutex(try PreparedArea(result.polygons))
        } catch {
            throw .engine
        }
    }

    /// Makes the geofence of a stored text, checking it again as at import.
    ///
    /// - Throws: ``GeometryRefusal`` when the text is not what an import wrote.
    package convenience init(canonicalGeoJSON: String) throws(GeometryRefusal) {
        try self.init(GeofenceImport.read(Array(canonicalGeoJSON.utf8), limits: .offline))
    }

    /// Makes the geofence of several stored texts together, checking each again as at import.
    ///
    /// - Throws: ``GeometryRefusal`` when a text is not what an import wrote, or there is none.
    package convenience init(unionOfCanonicalGeoJSON texts: [String]) throws(GeometryRefusal) {
        var areas: [GeofenceImport.Result] = []
        for text in texts {
            areas.append(try GeofenceImport.read(Array(text.utf8), limits: .offline))
        }
        try self.init(GeofenceImport.union(areas))
    }

    /// Where a place lies.
    package func position(of place: Coordinate) -> Position {
        prepared.withLock { area in
            do {
                return try area.position(of: place)
            } catch {
                // Every coordinate is finite and the area valid: only lack of memory is left.
                preconditionFailure("GEOS could not answer a point question")
            }
        }
    }

    /// Metres over the WGS 84 ellipsoid to the boundary: positive inside, negative outside, 0 on it.
    package func signedDistanceMetres(of place: Coordinate) -> Double {
        signedDistanceMetres(of: place, at: position(of: place))
    }

    /// The same for a place whose position is known already.
    func signedDistanceMetres(of place: Coordinate, at position: Position) -> Double {
        switch position {
        case .boundary: 0
        case .inside: boundary.distanceMetres(from: place)
        case .outside: -boundary.distanceMetres(from: place)
        }
    }

    /// How a circle of a radius in metres (0 or more) around a place lies.
    package func relation(ofCircleAround centre: Coordinate, radiusMetres: Double) -> CircleRelation
    {
        let distance = signedDistanceMetres(of: centre)
        if distance >= radiusMetres { return .inside }
        return distance >= -radiusMetres ? .partly : .outside
    }
}
