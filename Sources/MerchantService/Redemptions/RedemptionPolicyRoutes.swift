import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/coins/{coinCode}/redemption-policies`: what a coin keeps of redemptions.
struct RedemptionPolicyRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.setRedemptionPolicy, setRedemptionPolicy)
        routes.on(.listRedemptionPolicies, listRedemptionPolicies)
    }

    @Sendable private func setRedemptionPolicy(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(RedemptionPolicySetting.self)
        let set = SetRedemptionPolicy(
            community: try call.caller.requireCommunity(),
            coin: try call.text("coinCode"),
            client: call.caller.client,
            newAccounts: (call.clock.newID(), call.clock.newID()),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let (policy, before) = try set(body.value, connection)
            try call.record(
                AuditEntry(
                    .redemptionPolicy,
                    "\(policy.coin)/\(policy.version)",
                    from: before,
                    to: policy
                ),
                connection
            )
            return .created(policy, at: "/v1/coins/\(policy.coin)/redemption-policies")
        }
    }

    @Sendable private func listRedemptionPolicies(_ call: Call<Caller>) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        let coin = try call.text("coinCode")
        let (before, limit): (Int32?, Int) = (try Cursor.number(of: call), call.limit)
        let read = try await database.transaction { connection in
            _ = try RedemptionPolicyQueries.requireCoin(coin, community, connection)
            return try RedemptionPolicyQueries.policies(
                connection.query(
                    RedemptionPolicyQueries.list(
                        of: coin,
                        community,
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
