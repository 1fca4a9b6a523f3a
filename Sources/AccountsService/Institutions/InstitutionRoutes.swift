import API
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// Organisations that issue, pay out or administer.
struct InstitutionRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.registerInstitution, registerInstitution)
        routes.on(.listInstitutions, listInstitutions)
    }

    @Sendable private func registerInstitution(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(InstitutionRegistration.self)
        let community = try call.caller.requireCommunity()
        let institution = Institution(
            id: Identifier(call.clock.newID()),
            name: body.value.name,
            kind: body.value.kind,
            createdAt: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            try connection.execute(
                InstitutionQueries.insert(institution, community: community)
            )
            try call.record(
                AuditEntry(.institution, institution.id, to: institution),
                connection
            )
            return .created(institution, at: "/v1/institutions")
        }
    }

    @Sendable private func listInstitutions(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let found = try await database.query(
            InstitutionQueries.page(
                of: call.caller.requireCommunity(),
                after: Cursor.id(of: call),
                limit: limit
            ),
            InstitutionQueries.institutions
        )
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }
}
