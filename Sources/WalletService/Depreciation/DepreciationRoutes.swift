import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// How coins lose value.
struct DepreciationRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.addDepreciationPolicy, addDepreciationPolicy)
        routes.on(.listDepreciationPolicies, listDepreciationPolicies)
    }

    @Sendable private func addDepreciationPolicy(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(DepreciationPolicyCreation.self)
        let add = AddDepreciationPolicy(
            creation: body.value,
            coin: try call.text("coinCode"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let policy = try add(connection)
            try call.record(AuditEntry(.depreciationPolicy, policy.id, to: policy), connection)
            return .created(policy, at: "/v1/coins/\(policy.coin)/depreciation-policies")
        }
    }

    @Sendable private func listDepreciationPolicies(_ call: Call<Caller>) async throws -> Reply {
        let (coin, limit) = (try call.text("coinCode"), call.limit)
        let community = try call.caller.requireCommunity()
        let cursor = try Cursor.id(of: call)
        let found = try await database.transaction { connection in
            let known = try connection.query(
                CirculationQueries.circulation(of: coin, community: community)
            )
            guard !known.isEmpty else { throw Problem.notFound("coin") }
            return try DepreciationQueries.policies(
                connection.query(
                    DepreciationQueries.page(
                        of: coin,
                        community: community,
                        after: cursor,
                        limit: limit
                    )
                )
            )
        }
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }
}
