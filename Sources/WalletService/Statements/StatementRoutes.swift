import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// What happened in a wallet of the caller.
struct StatementRoutes {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.listStatementLines, listStatementLines)
    }

    @Sendable private func listStatementLines(_ call: Call<Caller>) async throws -> Reply {
        let read = ReadStatement(
            wallet: try call.id("walletId"),
            party: call.caller.party,
            community: try call.caller.requireCommunity(),
            coin: call.query("coin"),
            fromAt: call.queryInstant("fromAt"),
            untilAt: call.queryInstant("untilAt"),
            cursor: try StatementCursor(of: call),
            limit: call.limit
        )
        return .page(try await read(database), of: call.request.uri)
    }
}
