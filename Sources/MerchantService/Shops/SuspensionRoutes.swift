import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/shops/…/suspensions`: shops in which nothing can be paid.
struct SuspensionRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.suspendShop, suspendShop)
        routes.on(.listShopSuspensions, listShopSuspensions)
        routes.on(.reinstateShop, reinstateShop)
    }

    @Sendable private func suspendShop(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ShopSuspensionOrder.self)
        let suspend = SuspendShop(
            community: try call.caller.requireCommunity(),
            shop: try call.id("shopId"),
            client: call.caller.client,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await change(suspend.shop, body.fingerprint, call) { connection in
            try suspend(because: body.value.reason, connection)
        }
    }

    @Sendable private func reinstateShop(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ShopSuspensionOrder.self)
        let reinstate = ReinstateShop(
            community: try call.caller.requireCommunity(),
            shop: try call.id("shopId"),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await change(reinstate.shop, body.fingerprint, call) { connection in
            try reinstate(because: body.value.reason, connection)
        }
    }

    /// Does it once, and records the shop before and after; the reason stays with the suspension.
    private func change(
        _ shop: UUID,
        _ fingerprint: [UInt8],
        _ call: Call<Caller>,
        _ act: @escaping @Sendable (Connection) throws -> ShopSuspension
    ) async throws -> Reply {
        let find = ShopQueries.find(shop, try call.caller.requireCommunity())
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            let before = try ShopQueries.shops(connection.query(find)).first
            let suspension = try act(connection)
            let after = try ShopQueries.shops(connection.query(find)).first
            try call.record(
                AuditEntry(.shop, suspension.shopId, from: before, to: after),
                connection
            )
            return .created(suspension, at: "/v1/shops/\(suspension.shopId)/suspensions")
        }
    }

    @Sendable private func listShopSuspensions(_ call: Call<Caller>) async throws -> Reply {
        let (limit, caller) = (call.limit, call.caller)
        let (shop, community) = (try call.id("shopId"), try caller.requireCommunity())
        let before = try Cursor.id(of: call)
        let read = try await database.transaction { connection in
            _ = try ShopMoveQueries.shop(shop, community, for: caller, connection)
            return try SuspensionQueries.suspensions(
                connection.query(
                    SuspensionQueries.list(of: shop, community, before: before, limit: limit)
                )
            )
        }
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }
}
