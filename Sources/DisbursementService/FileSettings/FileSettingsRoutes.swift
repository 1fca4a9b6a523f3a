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
            return try FileSettingsQueries.versions.created(
                settings,
                after: before,
                call,
                connection
            )
        }
    }

    @Sendable private func listFileSettings(_ call: Call<Caller>) async throws -> Reply {
        try await FileSettingsQueries.versions.page(of: call, database)
    }
}
