import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// Where the money of programmes may be spent.
struct ProgrammePolicyRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.setProgrammeLocalityPolicy, setPolicy)
        routes.on(.listProgrammeLocalityPolicies, listPolicies)
    }

    @Sendable private func setPolicy(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(LocalityPolicySetting.self)
        let set = SetProgrammePolicy(
            setting: body.value,
            programme: try call.id("programmeId"),
            community: try call.caller.requireCommunity(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let (policy, before) = try set(connection)
            return try ProgrammePolicyQueries.versions.created(
                policy,
                after: before,
                call,
                connection
            )
        }
    }

    @Sendable private func listPolicies(_ call: Call<Caller>) async throws -> Reply {
        try await ProgrammePolicyQueries.versions.page(of: call, database)
    }
}
