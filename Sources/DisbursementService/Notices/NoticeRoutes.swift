import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/notices`: what the caller was told about grants.
struct NoticeRoutes: Sendable {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.listNotices, listNotices)
    }

    @Sendable private func listNotices(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let sql = NoticeQueries.list(
            of: call.caller.party,
            try call.caller.requireCommunity(),
            before: try Cursor.id(of: call),
            limit: limit
        )
        let read = try await database.query(sql, NoticeQueries.notices)
        return .page(Cursor.page(read, limit: limit, id: \.id), of: call.request.uri)
    }
}
