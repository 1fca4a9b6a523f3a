import API
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// Communities: made by the operator, read by their members.
struct CommunityRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.createCommunity, createCommunity)
        routes.on(.listCommunities, listCommunities)
        routes.on(.getCommunity, getCommunity)
    }

    @Sendable private func createCommunity(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(CommunityCreation.self)
        let create = CreateCommunity(
            creation: body.value,
            community: call.clock.newID(),
            party: call.clock.newID(),
            client: call.clock.newID(),
            now: call.clock.now(),
            key: try ClientKey(
                body.value.administrator.publicKey,
                at: "/administrator/publicKey"
            )
        )
        // The rows are the new community's, and the answer's is the operator's.
        return try await Tenant.acrossCommunities {
            try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
                let community = try create(connection)
                try call.record(
                    AuditEntry(.community, community.id, to: community),
                    in: community.id.uuid,
                    connection
                )
                return .created(community, at: "/v1/communities/\(community.id)")
            }
        }
    }

    @Sendable private func listCommunities(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let page = try CommunityQueries.page(after: Cursor.id(of: call), limit: limit)
        let found = try await Tenant.acrossCommunities {
            try await database.query(page, CommunityQueries.communities)
        }
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getCommunity(_ call: Call<Caller>) async throws -> Reply {
        let id = try call.id("communityId")
        guard call.caller.community == id || call.caller.may(.communitiesManage),
            let community = try await Tenant.community(id).perform({
                try await database.query(
                    CommunityQueries.community(id),
                    CommunityQueries.communities
                )
            }).first
        else { throw Problem.notFound("community") }
        return .json(community)
    }
}
