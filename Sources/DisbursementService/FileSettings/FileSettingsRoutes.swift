import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// How programmes treat their files, over HTTP.
struct FileSettingsRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.setFileSettings, setFileSettings)
        routes.on(.listFileSettings, listFileSettings)
    }

    @Sendable private func setFileSettings(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(FileSettingsCreation.self)
        let set = SetFileSettings(
            creation: body.value,
            programme: try call.id("programmeId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let (settings, before) = try set(connection)
            let entry = AuditEntry(
                .fileSettings,
                "\(settings.programmeId)/\(settings.version)",
                from: before,
                to: settings
            )
            try call.record(entry, connection)
            return .created(settings, at: "/v1/programmes/\(settings.programmeId)/file-settings")
        }
    }

    @Sendable private func listFileSettings(_ call: Call<Caller>) async throws -> Reply {
        let (community, limit) = (try call.caller.requireCommunity(), call.limit)
        let programme = try call.id("programmeId")
        let known = ProgrammeQueries.one(programme, community: community)
        let list = FileSettingsQueries.list(
            of: programme,
            community,
            before: try Cursor.version(of: call),
            limit: limit
        )
        let read = try await database.transaction { connection in
            guard try !connection.query(known).isEmpty else {
                throw Problem.notFound("programme")
            }
            return try connection.query(list).map(FileSettingsQueries.decode)
        }
        let page = Cursor.page(read, limit: limit, next: { String($0.version) })
        return .page(page, of: call.request.uri)
    }
}
