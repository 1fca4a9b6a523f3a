import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/shops/…/moves` and `/shops/…/opening-times`: where a shop is next, and when.
struct ShopMoveRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency
    let contexts: ApprovalContexts

    func add(to routes: Routes) {
        routes.on(.setOpeningTimes, setOpeningTimes)
        routes.on(.requestShopMove, requestShopMove)
        routes.on(.listShopMoves, listShopMoves)
        routes.on(.decideShopMove, decideShopMove)
    }

    @Sendable private func setOpeningTimes(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(OpeningTimesSetting.self)
        let set = SetOpeningTimes(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            shop: try call.id("shopId")
        )
        // Other instances hear of it; this one knows when it answers.
        defer { contexts.forgetShops(of: set.community) }
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let before = try ShopMoveQueries.shop(
                set.shop,
                set.community,
                for: set.caller,
                connection
            )
            let shop = try set(body.value.openingTimes, connection)
            try call.record(AuditEntry(.shop, shop.id, from: before, to: shop), connection)
            return .created(shop, at: "/v1/shops/\(shop.id)")
        }
    }

    @Sendable private func requestShopMove(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ShopMoveRequest.self)
        let request = RequestShopMove(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            shop: try call.id("shopId"),
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let move = try request(body.value, connection)
            try call.record(AuditEntry(.shopMove, move.id, to: move), connection)
            return .created(move, at: "/v1/shops/\(move.shopId)/moves")
        }
    }

    @Sendable private func listShopMoves(_ call: Call<Caller>) async throws -> Reply {
        let (limit, caller) = (call.limit, call.caller)
        let (shop, community) = (try call.id("shopId"), try caller.requireCommunity())
        let before = try Cursor.id(of: call)
        let read = try await database.transaction { connection in
            _ = try ShopMoveQueries.shop(shop, community, for: caller, connection)
            return try ShopMoveQueries.moves(
                connection.query(
                    ShopMoveQueries.list(of: shop, community, before: before, limit: limit)
                )
            )
        }
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }

    @Sendable private func decideShopMove(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ShopMoveDecision.self)
        let decide = DecideShopMove(
            community: try call.caller.requireCommunity(),
            shop: try call.id("shopId"),
            move: try call.id("moveId"),
            client: call.caller.client,
            now: call.clock.now()
        )
        defer { contexts.forgetShops(of: decide.community) }
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let before = try ShopMoveQueries.moves(
                connection.query(
                    ShopMoveQueries.find(decide.move, of: decide.shop, decide.community)
                )
            ).first
            let move = try decide(body.value, connection)
            try call.record(AuditEntry(.shopMove, move.id, from: before, to: move), connection)
            return .created(move, at: "/v1/shops/\(move.shopId)/moves")
        }
    }
}
