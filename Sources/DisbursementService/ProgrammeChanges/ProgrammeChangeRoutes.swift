import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/programme-changes`: what was said when a programme was made, and is to be otherwise.
struct ProgrammeChangeRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.proposeProgrammeChange, proposeProgrammeChange)
        routes.on(.listProgrammeChanges, listProgrammeChanges)
        routes.on(.getProgrammeChange, getProgrammeChange)
        routes.on(.decideProgrammeChange, decideProgrammeChange)
    }

    @Sendable private func proposeProgrammeChange(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ProgrammeChangeCreation.self)
        let propose = ProposeProgrammeChange(
            creation: body.value,
            programme: try call.id("programmeId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let change = try propose(connection)
            try call.record(change.auditEntry(from: nil), connection)
            return .created(change, at: "/v1/programme-changes/\(change.id)")
        }
    }

    @Sendable private func listProgrammeChanges(_ call: Call<Caller>) async throws -> Reply {
        let (community, limit) = (try call.caller.requireCommunity(), call.limit)
        let read = try await database.query(
            ProgrammeChangeQueries.list(
                ProgrammeChangeQueries.Filter(
                    programme: call.queryID("programmeId"),
                    state: call.query("state")
                ),
                community,
                before: try Cursor.id(of: call),
                limit: limit
            ),
            ProgrammeChangeQueries.changes
        )
        return .page(Cursor.page(read, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getProgrammeChange(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            ProgrammeChangeQueries.find(
                try call.id("programmeChangeId"),
                try call.caller.requireCommunity()
            ),
            ProgrammeChangeQueries.changes
        )
        guard let change = found.first else { throw Problem.notFound("change of a programme") }
        return .json(change)
    }

    @Sendable private func decideProgrammeChange(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ProgrammeChangeDecision.self)
        let decide = DecideProgrammeChange(
            decision: body.value,
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: try call.id("programmeChangeId"),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let change = try decide(connection)
            try call.record(change.auditEntry(from: .proposed), connection)
            return .created(change, at: "/v1/programme-changes/\(change.id)")
        }
    }
}

extension ProgrammeChange {
    /// Without the reasons: somebody wrote them, and they stand in the change.
    fileprivate func auditEntry(from before: ProgrammeChangeState?) -> AuditEntry {
        var after = ["state": state.rawValue, "programmeId": programmeId.description]
        after["name"] = name
        after["waitingDays"] = waitingDays.map(String.init)
        after["creditsLastDays"] = creditsLastDays.map(String.init)
        after["fundingIban"] = fundingAccount?.iban
        after["fundingReference"] = fundingAccount?.reference
        after["recallWaitingDays"] = recallWaitingDays.map(String.init)
        if let rules = creditRules {
            after["paysFrom"] = rules.paysFrom ?? "any"
            after["paysUntil"] = rules.paysUntil ?? "any"
            after["mostPerCredit"] = rules.mostPerCredit?.value ?? "any"
            after["mostPerPerson"] = rules.mostPerPerson?.value ?? "any"
            after["personPeriod"] = rules.personPeriod?.rawValue
        }
        after["earmarkCategories"] = earmark?.categories.joined(separator: " ")
        after["earmarkShops"] = earmark?.shopIds.map(\.description).joined(separator: " ")
        after["earmarkFromAt"] = earmarkFromAt?.description
        return AuditEntry(
            .programmeChange,
            id,
            from: before.map { ["state": $0.rawValue] },
            to: after
        )
    }
}
