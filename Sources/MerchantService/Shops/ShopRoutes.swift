import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/shops`: outlets with a place that a second person has verified.
struct ShopRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.registerShop, registerShop)
        routes.on(.listShops, listShops)
        routes.on(.getShop, getShop)
        routes.on(.verifyShopPlace, verifyShopPlace)
    }

    @Sendable private func registerShop(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ShopRegistration.self)
        let register = RegisterShop(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let shop = try register(body.value, connection)
            try call.record(AuditEntry(.shop, shop.id, to: shop), connection)
            return .created(shop, at: "/v1/shops/\(shop.id)")
        }
    }

    @Sendable private func listShops(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = try await database.query(
            ShopQueries.list(
                try call.caller.requireCommunity(),
                merchant: call.queryID("merchantId"),
                before: Cursor.id(of: call),
                limit: limit
            ),
            ShopQueries.shops
        )
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }

    @Sendable private func getShop(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            ShopQueries.find(try call.id("shopId"), try call.caller.requireCommunity()),
            ShopQueries.shops
        )
        guard let shop = found.first else { throw Problem.notFound("shop") }
        return .json(shop)
    }

    @Sendable private func verifyShopPlace(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ShopVerification.self)
        let verify = VerifyShopPlace(
            community: try call.caller.requireCommunity(),
            shop: try call.id("shopId"),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let before = try ShopQueries.shops(
                connection.query(ShopQueries.find(verify.shop, verify.community))
            ).first
            let shop = try verify(evidence: body.value.evidence, connection)
            try call.record(AuditEntry(.shop, shop.id, from: before, to: shop), connection)
            return .created(shop, at: "/v1/shops/\(shop.id)")
        }
    }
}
