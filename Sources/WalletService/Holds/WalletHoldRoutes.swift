import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// What of the caller's wallet is kept for shops, and what became of it.
struct WalletHoldRoutes {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.listWalletHolds, listWalletHolds)
    }

    @Sendable private func listWalletHolds(_ call: Call<Caller>) async throws -> Reply {
        let (wallet, limit, now) = (try call.id("walletId"), call.limit, call.clock.now())
        let community = try call.caller.requireCommunity()
        let isOwn = try await database.query(
            WalletQueries.wallet(wallet, of: call.caller.party, community: community)
        ) { !$0.isEmpty }
        guard isOwn else { throw Problem.notFound("wallet") }
        let holds = try await database.query(
            WalletHoldQueries.page(
                of: wallet,
                community: community,
                state: call.query("state"),
                before: Cursor.id(of: call),
                at: now,
                limit: limit
            ),
            WalletHoldQueries.holds
        )
        return .page(Cursor.page(holds, limit: limit, id: \.paymentId), of: call.request.uri)
    }
}
