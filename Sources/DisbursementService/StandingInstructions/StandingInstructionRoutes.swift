import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/standing-instructions`: what programmes pay people every month.
struct StandingInstructionRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.createStandingInstruction, createStandingInstruction)
        routes.on(.listStandingInstructions, listStandingInstructions)
        routes.on(.getStandingInstruction, getStandingInstruction)
        routes.on(.changeStandingInstruction, changeStandingInstruction)
        routes.on(.decideStandingInstruction, decideStandingInstruction)
        routes.on(.stopStandingInstruction, stopStandingInstruction)
        routes.on(.listStandingPayments, listStandingPayments)
    }

    @Sendable private func createStandingInstruction(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(StandingInstructionCreation.self)
        let create = CreateStandingInstruction(
            programme: try call.id("programmeId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.make(idempotency, fingerprint: body.fingerprint) { connection in
            try create(body.value, connection)
        }
    }

    @Sendable private func listStandingInstructions(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let sql = StandingInstructionQueries.list(
            StandingInstructionQueries.Filter(
                programme: call.queryID("programmeId"),
                person: call.queryID("personId"),
                termState: call.query("termState")
            ),
            try call.caller.requireCommunity(),
            before: try Cursor.id(of: call),
            limit: limit
        )
        let read = try await database.query(sql, StandingInstructionQueries.instructions)
        return .page(Cursor.page(read, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getStandingInstruction(_ call: Call<Caller>) async throws -> Reply {
        .json(try await standing(of: call))
    }

    @Sendable private func changeStandingInstruction(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(StandingChange.self)
        let change = ChangeStandingInstruction(
            instruction: try call.id("standingInstructionId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await act(change.instruction, body.fingerprint, call) { connection in
            try change(body.value, connection)
        }
    }

    @Sendable private func decideStandingInstruction(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(StandingDecision.self)
        let decide = DecideStandingInstruction(
            instruction: try call.id("standingInstructionId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await act(decide.instruction, body.fingerprint, call) { connection in
            try decide(body.value, connection)
        }
    }

    @Sendable private func stopStandingInstruction(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(StandingStop.self)
        let stop = StopStandingInstruction(
            instruction: try call.id("standingInstructionId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client
        )
        return try await act(stop.instruction, body.fingerprint, call) { connection in
            try stop(body.value, connection)
        }
    }

    @Sendable private func listStandingPayments(_ call: Call<Caller>) async throws -> Reply {
        let standing = try await standing(of: call)
        let limit = call.limit
        let read = try await database.query(
            StandingPaymentQueries.list(
                standing.id.uuid,
                call.caller.requireCommunity(),
                before: try Cursor.name(
                    of: call,
                    matching: #/[0-9]{4}-(?:0[1-9]|1[0-2])/#
                ),
                limit: limit
            ),
            StandingPaymentQueries.payments
        )
        return .page(
            Cursor.page(read, limit: limit, next: { $0.month }),
            of: call.request.uri
        )
    }

    private func act(
        _ id: UUID,
        _ fingerprint: [UInt8],
        _ call: Call<Caller>,
        _ change: @escaping @Sendable (Connection) throws -> Void
    ) async throws -> Reply {
        let find = StandingInstructionQueries.find(id, try call.caller.requireCommunity())
        return try await call.change(
            idempotency,
            fingerprint: fingerprint,
            find,
            StandingInstructionQueries.instructions,
            change
        )
    }

    private func standing(of call: Call<Caller>) async throws -> StandingInstruction {
        let sql = StandingInstructionQueries.find(
            try call.id("standingInstructionId"),
            try call.caller.requireCommunity()
        )
        let read = try await database.query(sql, StandingInstructionQueries.instructions)
        guard let standing = read.first else { throw Problem.notFound("standing instruction") }
        return standing
    }
}

extension StandingInstruction: RecordedResource {
    var place: String { "/v1/standing-instructions/\(id)" }

    /// What makes money; what people wrote stays with the standing instruction.
    func auditEntry(from before: StandingInstruction?) -> AuditEntry {
        AuditEntry(.standingInstruction, id, from: before?.audited, to: audited)
    }

    private var audited: [String: AuditValue] {
        let texts = terms.map {
            "\($0.nr) \($0.state.rawValue) (\($0.approvals.count) of \($0.approvalsNeeded)): "
                + "\($0.amount.value) on \($0.day) from \($0.fromOn)"
                + ($0.untilOn.map { " until \($0)" } ?? "")
        }
        return [
            "programmeId": .id(programmeId), "state": .text(state.rawValue),
            "terms": .texts(texts), "stoppedFromOn": .text(stoppedFromOn ?? ""),
        ]
    }
}
