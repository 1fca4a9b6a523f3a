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
        // The code of the last coin given: codes are unique, and fit the form of a cursor.
        let cursor = call.query("cursor")
        guard cursor.map({ $0.wholeMatch(of: /[a-z][a-z0-9-]+/) != nil }) ?? true else {
            throw Problem.invalid("?cursor", "is not a cursor of this list")
        }
        let read = try await database.query(
            CoinQueries.page(
                of: call.caller.requireCommunity(),
                after: cursor,
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
