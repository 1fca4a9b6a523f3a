import API
import FoundationEssentials
import Hummingbird
import Postgres
import ServiceKit

/// `/wallets/{walletId}/events`: a stream of what happens to a wallet, to be resumed by number.
struct WalletEventRoutes: Sendable {
    let database: Database
    let watched: WatchedWallets

    private static let pageLength = 100
    private static let usualSeconds = 600

    func add(to routes: Routes) {
        routes.onStream(.streamWalletEvents, streamWalletEvents)
    }

    @Sendable private func streamWalletEvents(_ call: Call<Caller>) async throws -> Response {
        let wallet = try call.id("walletId")
        let community = try call.caller.requireCommunity()
        let isOwn = try await database.query(
            WalletQueries.wallet(wallet, of: call.caller.party, community: community)
        ) { !$0.isEmpty }
        guard isOwn else { throw Problem.notFound("wallet") }
        // Subscribed before the first look, so that nothing falls between.
        let changes = watched.changes(of: wallet, in: community)
        let (last, oldest) = try await range(of: wallet, community)
        let asked = try EventFeed.start(asked: call, last: last, oldest: oldest)
        return EventFeed(
            after: asked ?? last,
            seconds: call.query("seconds").flatMap { Int($0) } ?? Self.usualSeconds,
            changes: changes,
            read: { after in try await page(of: wallet, community, after: after) }
        ).response(to: call)
    }

    private func range(
        of wallet: UUID,
        _ community: UUID
    ) async throws -> (last: Int64, oldest: Int64?) {
        try await database.query(WalletEventQueries.range(of: wallet, community)) {
            try $0.one().decode(Int64.self, Int64?.self)
        }
    }

    private func page(
        of wallet: UUID,
        _ community: UUID,
        after: Int64
    ) async throws -> EventFeed.Page {
        let (last, _) = try await range(of: wallet, community)
        guard last > after else { return EventFeed.Page(events: [], upTo: after, isLast: true) }
        let events = try await database.query(
            WalletEventQueries.list(
                of: wallet,
                community,
                after: after,
                upTo: last,
                limit: Self.pageLength
            )
        ) { try WalletEventQueries.events($0, of: wallet) }
        watched.ring(wallet)
        let isLast = events.count < Self.pageLength
        return EventFeed.Page(
            events: events.map {
                EventFeed.Event(
                    nr: Int64($0.data.nr),
                    name: $0.type,
                    data: WireJSON.bytes($0)
                )
            },
            upTo: isLast ? last : events.last.map { Int64($0.data.nr) } ?? last,
            isLast: isLast
        )
    }
}
