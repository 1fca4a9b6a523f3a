import API
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// Areas of the caller's community.
struct GeofenceRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.importGeofence, importGeofence)
        routes.on(.listGeofences, listGeofences)
        routes.on(.getGeofence, getGeofence)
        routes.on(.getGeofenceArea, getGeofenceArea)
    }

    @Sendable private func importGeofence(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(API.GeofenceImport.self)
        let importArea = ImportGeofence(
            request: body.value,
            community: try call.caller.requireCommunity(),
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let geofence = try importArea(connection)
            try call.record(AuditEntry(.geofence, geofence.id, to: geofence), connection)
            return .created(geofence, at: "/v1/geofences/\(geofence.id)")
        }
    }

    @Sendable private func listGeofences(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let found = try await database.query(
            GeofenceQueries.page(
                of: call.caller.requireCommunity(),
                after: Cursor.id(of: call),
                limit: limit
            ),
            GeofenceQueries.geofences
        )
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getGeofence(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            GeofenceQueries.geofence(
                call.id("geofenceId"),
                of: call.caller.requireCommunity()
            ),
            GeofenceQueries.geofences
        )
        guard let geofence = found.first else { throw Problem.notFound("geofence") }
        return .json(geofence)
    }

    @Sendable private func getGeofenceArea(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            GeofenceQueries.area(call.id("geofenceId"), of: call.caller.requireCommunity()),
            GeofenceQueries.feature
        )
        guard let feature = found else { throw Problem.notFound("geofence") }
        return Reply(
            status: .ok,
            contentType: MediaType.geoJSON,
            body: Array(feature.utf8),
            headers: [.contentCRS: "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"]
        )
    }
}
