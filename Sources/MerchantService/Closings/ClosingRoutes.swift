import API
import Crypto
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/shops/{shopId}/closings` and `/closings`: a shop closes its books, as often as it likes.
struct ClosingRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.makeClosing, makeClosing)
        routes.on(.listClosings, listClosings)
        routes.on(.getClosing, getClosing)
    }

    @Sendable private func makeClosing(_ call: Call<Caller>) async throws -> Reply {
        let (community, shop) = try await ownShop(call)
        let (caller, id, now) = (call.caller, call.clock.newID(), call.clock.now())
        let requestID = call.context.requestID
        // Without a body the path is the whole request.
        let fingerprint = Array(SHA256.hash(data: Data(call.request.uri.path.utf8)))
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            try caller.useMandate(
                for: .makeClosing,
                scope: .shiftsManage,
                act: id,
                shop: shop,
                request: requestID,
                connection
            )
            try connection.executeScript(ClosingQueries.patience)
            _ = try connection.query(
                ClosingQueries.make(id, of: shop, by: caller, at: now, community)
            )
            let made = try ClosingQueries.closings(
                connection.query(ClosingQueries.find(id, community, visibleTo: caller))
            )[0]
            return .created(made, at: "/v1/closings/\(made.id)")
        }
    }

    @Sendable private func listClosings(_ call: Call<Caller>) async throws -> Reply {
        let (community, shop) = try await ownShop(call)
        let limit = call.limit
        let read = try await database.query(
            ClosingQueries.list(of: shop, community, before: Cursor.id(of: call), limit: limit),
            ClosingQueries.closings
        )
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }

    @Sendable private func getClosing(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            ClosingQueries.find(
                try call.id("closingId"),
                try call.caller.requireCommunity(),
                visibleTo: call.caller
            ),
            ClosingQueries.closings
        )
        guard let closing = found.first else { throw Problem.notFound("closing") }
        return .json(closing)
    }

    /// The shop in the path, if it is the caller's merchant's and their mandate reaches it.
    private func ownShop(_ call: Call<Caller>) async throws -> (community: UUID, shop: UUID) {
        let (community, shop) = (try call.caller.requireCommunity(), try call.id("shopId"))
        let count = try await database.query(
            ClosingQueries.owns(shop, community, call.caller)
        ) { $0.count }
        guard count == 1, call.caller.reaches(shop: shop) else { throw Problem.notFound("shop") }
        return (community, shop)
    }
}
