import API
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import Postgres
import ServiceKit

/// `/bank-answers`: what the bank says became of the payments of settlements.
struct BankAnswerRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.importBankAnswer, importBankAnswer)
        routes.on(.listBankAnswers, listBankAnswers)
        routes.on(.getBankAnswer, getBankAnswer)
        routes.on(.listBankAnswerLines, listBankAnswerLines)
    }

    @Sendable private func importBankAnswer(_ call: Call<Caller>) async throws -> Reply {
        let receive = ReceiveBankAnswer(
            maxBytes: call.operation.body.maxBytes,
            clock: call.clock,
            startedAt: call.clock.now()
        )
        let file = try await receive(call.request.body)
        let act = ImportBankAnswer(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            file: file,
            newID: call.clock.newID,
            now: call.clock.now()
        )
        // The content is the fingerprint.
        var reply = try await call.once(idempotency, fingerprint: file.sha256) { connection in
            let (answer, isNew) = try act(connection)
            let place = "/v1/bank-answers/\(answer.id)"
            guard isNew else { return .json(answer, headers: [.location: place]) }
            try call.record(AuditEntry(.bankAnswer, answer.id, to: answer), connection)
            return .created(answer, at: place)
        }
        if reply.status == .ok { reply.headers[.duplicate] = "true" }
        return reply
    }

    @Sendable private func listBankAnswers(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = try await database.query(
            BankAnswerQueries.list(
                try call.caller.requireCommunity(),
                before: Cursor.id(of: call),
                limit: limit
            ),
            BankAnswerQueries.answers
        )
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }

    @Sendable private func getBankAnswer(_ call: Call<Caller>) async throws -> Reply {
        .json(try await answer(of: call))
    }

    @Sendable private func listBankAnswerLines(_ call: Call<Caller>) async throws -> Reply {
        let answer = try await answer(of: call)
        let limit = call.limit
        let read = try await database.query(
            BankAnswerQueries.lines(
                of: answer.id.uuid,
                try call.caller.requireCommunity(),
                outcome: call.query("outcome"),
                after: try Cursor.number(of: call),
                limit: limit
            ),
            BankAnswerQueries.lines(_:)
        )
        let page = Cursor.page(read, limit: limit, next: { String($0.nr) })
        return .page(page, of: call.request.uri)
    }

    private func answer(of call: Call<Caller>) async throws -> BankAnswer {
        let found = try await database.query(
            BankAnswerQueries.find(
                try call.id("bankAnswerId"),
                try call.caller.requireCommunity()
            ),
            BankAnswerQueries.answers
        )
        guard let answer = found.first else { throw Problem.notFound("answer of the bank") }
        return answer
    }
}
