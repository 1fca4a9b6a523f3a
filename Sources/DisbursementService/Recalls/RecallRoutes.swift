import API
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import Postgres
import ServiceKit

/// `/recalls`, `/grants/…/recalls` and `/batches/…/recalls`: unspent money that is taken back.
struct RecallRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.recallGrant, recallGrant)
        routes.on(.recallLines, recallLines)
        routes.on(.listRecalls, listRecalls)
        routes.on(.getRecall, getRecall)
        routes.on(.objectToRecall, objectToRecall)
        routes.on(.decideRecall, decideRecall)
        routes.on(.withdrawRecall, withdrawRecall)
    }

    @Sendable private func recallGrant(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(RecallCreation.self)
        let act = RecallGrant(
            creation: body.value,
            grant: try call.id("grantId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.make(idempotency, fingerprint: body.fingerprint) { try act($0) }
    }

    @Sendable private func recallLines(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(LineRecallCreation.self)
        let act = RecallLines(
            creation: body.value,
            batch: try call.id("batchId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now(),
            newID: call.clock.newID
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let recalls = try act(connection)
            for line in recalls.recalled { try call.record(line.auditEntry, connection) }
            return .json(recalls, status: .created)
        }
    }

    @Sendable private func listRecalls(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let sql = RecallQueries.list(
            RecallQueries.Filter(
                person: call.caller.grantee,
                programme: call.queryID("programmeId"),
                state: call.query("state")
            ),
            try call.caller.requireCommunity(),
            before: try Cursor.id(of: call),
            limit: limit
        )
        let read = try await database.query(sql, RecallQueries.recalls)
        return .page(Cursor.page(read, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getRecall(_ call: Call<Caller>) async throws -> Reply {
        let sql = RecallQueries.find(
            try call.id("recallId"),
            of: call.caller.grantee,
            try call.caller.requireCommunity()
        )
        let read = try await database.query(sql, RecallQueries.recalls)
        guard let recall = read.first else { throw Problem.notFound("recall") }
        return .json(recall)
    }

    @Sendable private func objectToRecall(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(RecallObjection.self)
        let act = ObjectToRecall(
            recall: try call.id("recallId"),
            person: call.caller.may(.batchesSubmit) ? nil : call.caller.party,
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await change(act.recall, body.fingerprint, call) { connection in
            try act(body.value, connection)
        }
    }

    @Sendable private func decideRecall(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(RecallDecision.self)
        let act = DecideRecall(
            recall: try call.id("recallId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await change(act.recall, body.fingerprint, call) { connection in
            try act(body.value, connection)
        }
    }

    @Sendable private func withdrawRecall(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(RecallWithdrawal.self)
        let act = WithdrawRecall(
            recall: try call.id("recallId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await change(act.recall, body.fingerprint, call) { connection in
            try act(body.value, connection)
        }
    }

    private func change(
        _ recall: UUID,
        _ fingerprint: [UInt8],
        _ call: Call<Caller>,
        _ act: @escaping @Sendable (Connection) throws -> Void
    ) async throws -> Reply {
        let find = RecallQueries.find(recall, of: nil, try call.caller.requireCommunity())
        return try await call.change(
            idempotency,
            fingerprint: fingerprint,
            find,
            RecallQueries.recalls,
            act
        )
    }
}

extension Recall: RecordedResource {
    var place: String { "/v1/recalls/\(id)" }

    /// How far it came; what people wrote stays with the recall.
    func auditEntry(from before: Recall?) -> AuditEntry {
        AuditEntry(
            .recall,
            id,
            from: before.map { ["state": $0.state.rawValue] },
            to: ["state": state.rawValue, "grantId": grantId.description]
        )
    }
}
