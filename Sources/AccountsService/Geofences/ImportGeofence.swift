import API
import FoundationEssentials
import Geometry
import Postgres
import ServiceKit

/// Imports an area as the next version of its name.
///
/// The geometry is worked out when this is made, before any transaction: it may take long and
/// needs no lock. What it found, good or bad, is the answer inside.
struct ImportGeofence: Sendable {
    /// As many bytes as the request may have; the rest as for every geofence held in memory.
    private static let limits = {
        var limits = GeometryLimits.geofence
        limits.bytes = 8 << 20
        return limits
    }()

    private let request: API.GeofenceImport
    private let community: UUID
    private let id: UUID
    private let now: Instant
    private let area: Result<Geometry.GeofenceImport.Result, GeometryRefusal>

    init(request: API.GeofenceImport, community: UUID, id: UUID, now: Instant) {
        self.request = request
        self.community = community
        self.id = id
        self.now = now
        area = Result { () throws(GeometryRefusal) in
            try Geometry.GeofenceImport.read(
                WireJSON.bytes(request.geoJson),
                feature: request.feature,
                repair: request.repair ?? false,
                limits: Self.limits
            )
        }
    }

    func callAsFunction(_ connection: Connection) throws -> API.Geofence {
        let area: Geometry.GeofenceImport.Result
        do {
            area = try self.area.get()
        } catch {
            throw GeofenceProblems.problem(for: error, in: request.geoJson)
        }
        let version = try GeofenceQueries.nextVersion(
            of: request.name,
            community: community,
            connection
        )
        let geofence = geofence(area, version: version)
        try connection.execute(
            GeofenceQueries.insert(geofence, area: area.canonicalGeoJSON, community: community)
        )
        try connection.notify(
            channel: "accounts_geofence",
            payload: Identifier(community).description
        )
        return geofence
    }

    private func geofence(
        _ area: Geometry.GeofenceImport.Result,
        version: Int
    ) -> API.Geofence {
        let box = area.boundingBox
        let changed = area.repairs.reduce(0) { $0 + abs($1.areaChange) }
        return API.Geofence(
            id: Identifier(id),
            name: request.name,
            version: version,
            vertices: area.vertexCount,
            areaSquareMetres: Int(area.areaSquareMetres.rounded()),
            boundingBox: [box.west, box.south, box.east, box.north],
            droppedPoints: area.droppedRepeatedPoints,
            repaired: !area.repairs.isEmpty,
            changedAreaSquareMetres: Int(changed.rounded()),
            validFromAt: request.validFromAt ?? now,
            createdAt: now
        )
    }
}
