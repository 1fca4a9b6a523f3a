import CGEOS

/// GEOS gave up: out of memory, or coordinates it cannot work with.
struct EngineFailure: Error {}

/// One reentrant GEOS context. GEOS writes nothing to the console: no message handler is set.
///
/// All C pointers of GEOS live in this file. None of these types is Sendable: a context serves one
/// thread at a time.
private final class GEOSContext {
    let handle: GEOSContextHandle_t

    init() throws(EngineFailure) {
        guard let handle = GEOS_init_r() else { throw EngineFailure() }
        self.handle = handle
    }

    deinit { GEOS_finish_r(handle) }
}

/// An area in GEOS's memory, together with the context that made it.
final class GEOSArea {
    private let context: GEOSContext
    fileprivate let pointer: OpaquePointer

    fileprivate var handle: GEOSContextHandle_t { context.handle }

    deinit { GEOSGeom_destroy_r(context.handle, pointer) }

    private init(adopting pointer: OpaquePointer?, _ context: GEOSContext) throws(EngineFailure) {
        guard let pointer else { throw EngineFailure() }
        self.context = context
        self.pointer = pointer
    }

    /// Copies polygons, which may be invalid; each makes a part of one MultiPolygon.
    convenience init(_ polygons: [Polygon]) throws(EngineFailure) {
        let context = try GEOSContext()
        var parts: [OpaquePointer?] = []
        do {
            for polygon in polygons { parts.append(try Self.polygon(polygon, context.handle)) }
        } catch {
            for part in parts { GEOSGeom_destroy_r(context.handle, part) }
            throw error
        }
        // The collection takes over its parts, also when it cannot be made.
        let multi = GEOSGeom_createCollection_r(
            context.handle,
            Int32(GEOS_MULTIPOLYGON.rawValue),
            &parts,
            UInt32(parts.count)
        )
        try self.init(adopting: multi, context)
    }

    private static func polygon(
        _ polygon: Polygon,
        _ handle: GEOSContextHandle_t
    ) throws(EngineFailure) -> OpaquePointer {
        let exterior = try ring(polygon.exterior, handle)
        var holes: [OpaquePointer?] = []
        do {
            for hole in polygon.holes { holes.append(try ring(hole, handle)) }
        } catch {
            for made in holes + [exterior] { GEOSGeom_destroy_r(handle, made) }
            throw error
        }
        let made = GEOSGeom_createPolygon_r(handle, exterior, &holes, UInt32(holes.count))
        guard let made else { throw EngineFailure() }
        return made
    }

    private static func ring(
        _ points: [Coordinate],
        _ handle: GEOSContextHandle_t
    ) throws(EngineFailure) -> OpaquePointer {
        var ordinates: [Double] = []
        ordinates.reserveCapacity(points.count * 2)
        for point in points {
            ordinates.append(point.longitude)
            ordinates.append(point.latitude)
        }
        let sequence = GEOSCoordSeq_copyFromBuffer_r(
            handle,
            ordinates,
            UInt32(points.count),
            0,
            0
        )
        guard let sequence, let ring = GEOSGeom_createLinearRing_r(handle, sequence) else {
            throw EngineFailure()
        }
        return ring
    }

    /// Why GEOS holds the area invalid (OGC Simple Features), with the place; nil when it is valid.
    func invalidity() throws(EngineFailure) -> (reason: String, location: Coordinate?)? {
        var reason: UnsafeMutablePointer<CChar>?
        var point: OpaquePointer?
        let answer = GEOSisValidDetail_r(handle, pointer, 0, &reason, &point)
        defer {
            if let reason { GEOSFree_r(handle, reason) }
            if let point { GEOSGeom_destroy_r(handle, point) }
        }
        if answer == 1 { return nil }
        guard answer == 0 else { throw EngineFailure() }
        var (x, y) = (0.0, 0.0)
        var location: Coordinate?
        if let point, GEOSGeomGetX_r(handle, point, &x) == 1, GEOSGeomGetY_r(handle, point, &y) == 1
        {
            location = Coordinate(longitude: x, latitude: y)
        }
        return (reason.map { String(cString: $0) } ?? "", location)
    }

    /// A valid area that covers as nearly as possible what was meant.
    ///
    /// GEOS's structure method: every ring is mended by itself, shells are joined and holes taken
    /// off. The older linework method would turn ground covered twice into a hole.
    func repaired() throws(EngineFailure) -> GEOSArea {
        guard let parameters = GEOSMakeValidParams_create_r(handle) else { throw EngineFailure() }
        defer { GEOSMakeValidParams_destroy_r(handle, parameters) }
        guard
            GEOSMakeValidParams_setMethod_r(handle, parameters, GEOS_MAKE_VALID_STRUCTURE) == 1,
            GEOSMakeValidParams_setKeepCollapsed_r(handle, parameters, 0) == 1
        else { throw EngineFailure() }
        let valid = GEOSMakeValidWithParams_r(handle, pointer, parameters)
        return try GEOSArea(adopting: valid, context)
    }

    /// The union of valid polygons that may overlap each other.
    static func union(_ polygons: [Polygon]) throws(EngineFailure) -> GEOSArea {
        let parts = try GEOSArea(polygons)
        return try GEOSArea(
            adopting: GEOSUnaryUnion_r(parts.handle, parts.pointer),
            parts.context
        )
    }

    /// The polygons of the area; lines and points that a repair may leave are not among them.
    func polygons() throws(EngineFailure) -> [Polygon] {
        var polygons: [Polygon] = []
        try collectPolygons(of: pointer, into: &polygons)
        return polygons
    }

    private func collectPolygons(
        of geometry: OpaquePointer,
        into polygons: inout [Polygon]
    ) throws(EngineFailure) {
        switch GEOSGeomTypes(UInt32(bitPattern: GEOSGeomTypeId_r(handle, geometry))) {
        case GEOS_POLYGON:
            if GEOSisEmpty_r(handle, geometry) == 0 { polygons.append(try polygon(geometry)) }
        case GEOS_MULTIPOLYGON, GEOS_GEOMETRYCOLLECTION:
            for index in 0..<max(0, GEOSGetNumGeometries_r(handle, geometry)) {
                guard let part = GEOSGetGeometryN_r(handle, geometry, index) else {
                    throw EngineFailure()
                }
                try collectPolygons(of: part, into: &polygons)
            }
        default:
            break
        }
    }

    private func polygon(_ geometry: OpaquePointer) throws(EngineFailure) -> Polygon {
        let exterior = try ring(GEOSGetExteriorRing_r(handle, geometry))
        var holes: [[Coordinate]] = []
        for index in 0..<max(0, GEOSGetNumInteriorRings_r(handle, geometry)) {
            holes.append(try ring(GEOSGetInteriorRingN_r(handle, geometry, index)))
        }
        return Polygon(exterior: exterior, holes: holes)
    }

    private func ring(_ ring: OpaquePointer?) throws(EngineFailure) -> [Coordinate] {
        var count: UInt32 = 0
        guard let ring, let sequence = GEOSGeom_getCoordSeq_r(handle, ring),
            GEOSCoordSeq_getSize_r(handle, sequence, &count) == 1
        else { throw EngineFailure() }
        var ordinates = [Double](repeating: 0, count: Int(count) * 2)
        guard GEOSCoordSeq_copyToBuffer_r(handle, sequence, &ordinates, 0, 0) == 1 else {
            throw EngineFailure()
        }
        var points: [Coordinate] = []
        points.reserveCapacity(Int(count))
        for index in stride(from: 0, to: ordinates.count, by: 2) {
            let point = Coordinate(longitude: ordinates[index], latitude: ordinates[index + 1])
            guard let point else { throw EngineFailure() }
            points.append(point)
        }
        return points
    }
}

/// An area with GEOS's index for quick point questions; to be used by one thread at a time.
struct PreparedArea: ~Copyable {
    private let area: GEOSArea
    private let prepared: OpaquePointer

    /// Copies valid polygons and builds the index.
    init(_ polygons: [Polygon]) throws(EngineFailure) {
        let area = try GEOSArea(polygons)
        guard let prepared = GEOSPrepare_r(area.handle, area.pointer) else {
            throw EngineFailure()
        }
        self.area = area
        self.prepared = prepared
    }

    deinit { GEOSPreparedGeom_destroy_r(area.handle, prepared) }

    /// Where a point lies; GEOS decides with exact orientation tests, so there is no tolerance.
    func position(of place: Coordinate) throws(EngineFailure) -> Geofence.Position {
        let handle = area.handle
        guard let point = GEOSGeom_createPointFromXY_r(handle, place.longitude, place.latitude)
        else { throw EngineFailure() }
        defer { GEOSGeom_destroy_r(handle, point) }
        switch GEOSPreparedIntersects_r(handle, prepared, point) {
        case 0: return .outside
        case 1: break
        default: throw EngineFailure()
        }
        switch GEOSPreparedContainsProperly_r(handle, prepared, point) {
        case 0: return .boundary
        case 1: return .inside
        default: throw EngineFailure()
        }
    }
}
