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
            let policy = try set(connection)
            let before = try ProgrammePolicyQueries.policies(
                connection.query(
                    ProgrammePolicyQueries.list(
                        of: set.programme,
                        set.community,
                        before: Int32(policy.version),
                        limit: 0
                    )
                )
            ).first
            try call.record(
                AuditEntry(
                    .localityPolicy,
                    "\(policy.programmeId)/\(policy.version)",
                    from: before,
                    to: policy
                ),
                connection
            )
            return .created(
                policy,
                at: "/v1/programmes/\(policy.programmeId)/locality-policies"
            )
        }
    }

    @Sendable private func listPolicies(_ call: Call<Caller>) async throws -> Reply {
        let (community, limit) = (try call.caller.requireCommunity(), call.limit)
        let programme = try call.id("programmeId")
        let before = try Cursor.version(of: call)
        let known = ProgrammeQueries.one(
            programme,
            community: community,
            sponsor: call.caller.sponsor
        )
        let list = ProgrammePolicyQueries.list(
            of: programme,
            community,
            before: before,
            limit: limit
        )
        let read = try await database.transaction { connection in
            guard try !connection.query(known).isEmpty else {
                throw Problem.notFound("programme")
            }
            return try ProgrammePolicyQueries.policies(connection.query(list))
        }
        let page = Cursor.page(read, limit: limit, next: { String($0.version) })
        return .page(page, of: call.request.uri)
    }
}
