import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// What was done in the caller's community, and by whom.
struct AuditRoutes {
    let database: Database
    let issuer: String
    let key: SigningKey

    func add(to routes: Routes) {
        routes.on(.listAuditEvents, listAuditEvents)
        routes.on(.getAuditHead, getAuditHead)
    }

    @Sendable private func listAuditEvents(_ call: Call<Caller>) async throws -> Reply {
        let filter = AuditFilter(
            community: try call.caller.requireCommunity(),
            fromAt: call.queryInstant("fromAt"),
            untilAt: call.queryInstant("untilAt"),
            actor: call.queryID("actorId"),
            operation: call.query("operation"),
            object: call.query("objectId"),
            before: try Cursor.number(of: call),
            limit: call.limit
        )
        let read = try await database.query(AuditQueries.page(filter), AuditQueries.events)
        let page = Cursor.page(read, limit: filter.limit, next: { String($0.nr) })
        return .page(page, of: call.request.uri)
    }

    @Sendable private func getAuditHead(_ call: Call<Caller>) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        let end = try await database.query(AuditQueries.end(of: community), AuditQueries.end)
        let now = call.clock.now()
        let claims = AuditHeadClaims(
            iss: issuer,
            community: Identifier(community),
            nr: end.nr,
            head: end.head,
            iat: Int(now.microseconds / 1_000_000)
        )
        return .json(
            AuditHead(
                communityId: claims.community,
                nr: claims.nr,
                head: claims.head,
                signedAt: now,
                signature: try key.sign(claims, type: AuditHead.signatureType)
            )
        )
    }
}
