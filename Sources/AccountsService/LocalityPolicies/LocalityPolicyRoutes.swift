import API
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// Where coins may be spent.
struct LocalityPolicyRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.setLocalityPolicy, setLocalityPolicy)
        routes.on(.listLocalityPolicies, listLocalityPolicies)
    }

    @Sendable private func setLocalityPolicy(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(LocalityPolicySetting.self)
        let set = SetLocalityPolicy(
            setting: body.value,
            coin: try call.text("coinCode"),
            community: try call.caller.requireCommunity(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let policy = try set(connection)
            let before = try LocalityPolicyQueries.policies(
                connection.query(
                    LocalityPolicyQueries.page(
                        of: policy.coin,
                        community: set.community,
                        before: Int32(policy.version),
                        limit: 0
                    )
                )
            ).first
            try call.record(
                AuditEntry(
                    .localityPolicy,
                    "\(policy.coin)/\(policy.version)",
                    from: before,
                    to: policy
                ),
                connection
            )
            return .created(policy, at: "/v1/coins/\(policy.coin)/locality-policies")
        }
    }

    @Sendable private func listLocalityPolicies(_ call: Call<Caller>) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        let coin = try call.text("coinCode")
        let (before, limit): (Int32?, Int) = (try Cursor.number(of: call), call.limit)
        let read = try await database.transaction { connection in
            try LocalityPolicyQueries.requireCoin(coin, community: community, connection)
            return try LocalityPolicyQueries.policies(
                connection.query(
                    LocalityPolicyQueries.page(
                        of: coin,
                        community: community,
                        before: before,
                        limit: limit
                    )
                )
            )
        }
        let page = Cursor.page(read, limit: limit, next: { String($0.version) })
        return .page(page, of: call.request.uri)
    }
}
