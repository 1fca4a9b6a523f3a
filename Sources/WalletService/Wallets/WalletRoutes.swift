import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// The caller's own wallets, and whom an alias stands for.
struct WalletRoutes {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.listWallets, listWallets)
        routes.on(.getWallet, getWallet)
        routes.on(.getWalletAlias, getWalletAlias)
    }

    @Sendable private func listWallets(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = ReadWallets(
            community: try call.caller.requireCommunity(),
            party: call.caller.party
        )
        let cursor = try Cursor.id(of: call)
        let wallets = try await database.transaction(isolation: .repeatableRead) { connection in
            try read(after: cursor, limit: limit, connection)
        }
        return .page(Cursor.page(wallets, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getWallet(_ call: Call<Caller>) async throws -> Reply {
        let id = try call.id("walletId")
        let read = ReadWallets(
            community: try call.caller.requireCommunity(),
            party: call.caller.party,
            moment: call.queryInstant("at").map(Timestamp.init)
        )
        let found = try await database.transaction(isolation: .repeatableRead) { connection in
            try read(only: id, connection)
        }
        guard let wallet = found else { throw Problem.notFound("wallet") }
        return .json(wallet)
    }

    @Sendable private func getWalletAlias(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            WalletQueries.holder(
                alias: call.text("alias"),
                community: call.caller.requireCommunity()
            ),
            WalletQueries.walletAlias
        )
        guard let alias = found else { throw Problem.notFound("alias") }
        return .json(alias)
    }
}
