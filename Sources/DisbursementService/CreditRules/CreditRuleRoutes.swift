import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// What programmes pay and when, over HTTP.
struct CreditRuleRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.setCreditRules, setCreditRules)
        routes.on(.listCreditRules, listCreditRules)
    }

    @Sendable private func setCreditRules(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(CreditRulesCreation.self)
        let set = SetCreditRules(
            creation: body.value,
            programme: try call.id("programmeId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let (rules, before) = try set(connection)
            return try CreditRuleQueries.versions.created(rules, after: before, call, connection)
        }
    }

    @Sendable private func listCreditRules(_ call: Call<Caller>) async throws -> Reply {
        try await CreditRuleQueries.versions.page(of: call, database)
    }
}
