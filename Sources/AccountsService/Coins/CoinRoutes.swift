import API
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// Coins of the caller's community.
struct CoinRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.createCoin, createCoin)
        routes.on(.listCoins, listCoins)
        routes.on(.getCoin, getCoin)
    }

    @Sendable private func createCoin(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(CoinCreation.self)
        let create = CreateCoin(
            creation: body.value,
            community: try call.caller.requireCommunity(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let coin = try create(connection)
            try call.record(AuditEntry(.coin, coin.code, to: coin), connection)
            return .created(coin, at: "/v1/coins/\(coin.code)")
        }
    }

    @Sendable private func listCoins(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = try await database.query(
            CoinQueries.page(
                of: call.caller.requireCommunity(),
                after: try Cursor.name(of: call, matching: /[a-z][a-z0-9-]+/),
                limit: limit,
                at: call.clock.now()
            ),
            CoinQueries.coins
        )
        return .page(Cursor.page(read, limit: limit, next: \.code), of: call.request.uri)
    }

    @Sendable private func getCoin(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            CoinQueries.coin(
                call.text("coinCode"),
                of: call.caller.requireCommunity(),
                at: call.clock.now()
            ),
            CoinQueries.coins
        )
        guard let coin = found.first else { throw Problem.notFound("coin") }
        return .json(coin)
    }
}
