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
            let entry = AuditEntry(
                .creditRules,
                "\(rules.programmeId)/\(rules.version)",
                from: before,
                to: rules
            )
            try call.record(entry, connection)
            return .created(rules, at: "/v1/programmes/\(rules.programmeId)/credit-rules")
        }
    }

    @Sendable private func listCreditRules(_ call: Call<Caller>) async throws -> Reply {
        let (community, limit) = (try call.caller.requireCommunity(), call.limit)
        let programme = try call.id("programmeId")
        let known = ProgrammeQueries.one(programme, community: community)
        let list = CreditRuleQueries.list(
            of: programme,
            community,
            before: try Cursor.version(of: call),
            limit: limit
        )
        let read = try await database.transaction { connection in
            guard try !connection.query(known).isEmpty else {
                throw Problem.notFound("programme")
            }
            return try connection.query(list).map(CreditRuleQueries.decode)
        }
        let page = Cursor.page(read, limit: limit, next: { String($0.version) })
        return .page(page, of: call.request.uri)
    }
}
