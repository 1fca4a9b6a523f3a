import API
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import Postgres
import ServiceKit

/// `/bank-statements` and `/bank-credits`: euros that arrived for programmes.
struct BankStatementRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.importBankStatement, importBankStatement)
        routes.on(.listBankStatements, listBankStatements)
        routes.on(.getBankStatement, getBankStatement)
        routes.on(.listBankCredits, listBankCredits)
        routes.on(.assignBankCredit, assignBankCredit)
        routes.on(.dismissBankCredit, dismissBankCredit)
    }

    @Sendable private func importBankStatement(_ call: Call<Caller>) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        let accounts = try await database.query(FundingQueries.accounts(community)) { rows in
            try rows.map { try $0.decode(String.self) }
        }
        let receive = ReceiveBankStatement(
            accounts: Set(accounts),
            maxBytes: call.operation.body.maxBytes,
            clock: call.clock,
            startedAt: call.clock.now()
        )
        let file = try await receive(call.request.body)
        let act = ImportBankStatement(
            community: community,
            caller: call.caller,
            id: call.clock.newID(),
            file: file,
            newID: call.clock.newID,
            now: call.clock.now()
        )
        // The content is the fingerprint.
        var reply = try await call.once(idempotency, fingerprint: file.sha256) { connection in
            let (statement, isNew) = try act(connection)
            let place = "/v1/bank-statements/\(statement.id)"
            guard isNew else { return .json(statement, headers: [.location: place]) }
            try call.record(
                AuditEntry(.bankStatement, statement.id, to: statement),
                connection
            )
            return .created(statement, at: place)
        }
        if reply.status == .ok { reply.headers[.duplicate] = "true" }
        return reply
    }

    @Sendable private func listBankStatements(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = try await database.query(
            BankStatementQueries.list(
                try call.caller.requireCommunity(),
                before: Cursor.id(of: call),
                limit: limit
            ),
            BankStatementQueries.statements
        )
        return .page(Cursor.page(read, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getBankStatement(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            BankStatementQueries.find(
                try call.id("bankStatementId"),
                try call.caller.requireCommunity()
            ),
            BankStatementQueries.statements
        )
        guard let statement = found.first else { throw Problem.notFound("statement of the bank") }
        return .json(statement)
    }

    @Sendable private func listBankCredits(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = try await database.query(
            BankCreditQueries.list(
                try call.caller.requireCommunity(),
                state: call.query("state"),
                statement: call.queryID("bankStatementId"),
                before: Cursor.id(of: call),
                limit: limit
            ),
            BankCreditQueries.credits
        ).map(\.credit)
        return .page(Cursor.page(read, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func assignBankCredit(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(BankCreditAssignment.self)
        let assign = AssignBankCredit(
            credit: try call.id("bankCreditId"),
            programme: body.value.programmeId.uuid,
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let credit = try assign(connection)
            try call.record(credit.auditEntry, connection)
            return .created(credit, at: "/v1/bank-statements/\(credit.statementId)")
        }
    }

    @Sendable private func dismissBankCredit(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(BankCreditDismissal.self)
        let dismiss = DismissBankCredit(
            credit: try call.id("bankCreditId"),
            reason: body.value.reason,
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let credit = try dismiss(connection)
            try call.record(credit.auditEntry, connection)
            return .created(credit, at: "/v1/bank-statements/\(credit.statementId)")
        }
    }
}

extension BankCredit {
    /// Without the reason that somebody typed: the trail is kept for ever.
    fileprivate var auditEntry: AuditEntry {
        var credit = self
        credit.dismissalReason = nil
        return AuditEntry(.bankCredit, id, to: credit)
    }
}
