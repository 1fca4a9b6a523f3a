import API
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// Batches over HTTP: reading, deciding, watching.
struct BatchRoutes {
    let database: Database
    let idempotency: Idempotency
    let listener: NotificationListener

    func add(to routes: Routes) {
        routes.on(.listBatches, listBatches)
        routes.on(.getBatch, getBatch)
        routes.on(.listInstructions, listInstructions)
        routes.on(.listFindings, listFindings)
        routes.on(.approveBatch, approveBatch)
        routes.on(.decideParkedLines, decideParkedLines)
        routes.on(.retryBatch, retryBatch)
        routes.on(.cancelBatch, cancelBatch)
        routes.on(.cancelLines, cancelLines)
        routes.on(.releaseFile, releaseFile)
        routes.onStream(.streamBatchEvents, streamBatchEvents)
    }

    @Sendable private func listBatches(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let sql = BatchQueries.list(
            programme: call.queryID("programmeId"),
            community: try call.caller.requireCommunity(),
            after: try Cursor.id(of: call),
            limit: limit
        )
        let batches = try await database.query(sql) { try $0.map(BatchQueries.decode) }
        return .page(Cursor.page(batches, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getBatch(_ call: Call<Caller>) async throws -> Reply {
        let id = try call.id("batchId")
        return .json(try await batch(id, try call.caller.requireCommunity()))
    }

    @Sendable private func listInstructions(_ call: Call<Caller>) async throws -> Reply {
        let batch = try await batch(
            try call.id("batchId"),
            try call.caller.requireCommunity()
        )
        let limit = call.limit
        let sql = InstructionQueries.list(
            batch: batch.id.uuid,
            community: try call.caller.requireCommunity(),
            in: call.query("state").flatMap(InstructionState.init),
            after: try Cursor.number(of: call) ?? 0,
            limit: limit
        )
        let instructions = try await database.query(sql) {
            try $0.map { try InstructionQueries.decode($0).instruction }
        }
        let page = Cursor.page(instructions, limit: limit, next: { String($0.line) })
        return .page(page, of: call.request.uri)
    }

    @Sendable private func listFindings(_ call: Call<Caller>) async throws -> Reply {
        let batch = try await batch(
            try call.id("batchId"),
            try call.caller.requireCommunity()
        )
        let limit = call.limit
        let sql = FindingQueries.list(
            batch: batch.id.uuid,
            community: try call.caller.requireCommunity(),
            after: try Cursor.number(of: call) ?? 0,
            limit: limit
        )
        let findings = try await database.query(sql) { try $0.map(FindingQueries.decode) }
        let page = Cursor.page(findings, limit: limit, next: { String($0.nr) })
        return .page(
            Page(items: page.items.map(\.finding), next: page.next),
            of: call.request.uri
        )
    }

    @Sendable private func approveBatch(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(BatchApproval.self)
        let approve = ApproveBatch(
            batch: try call.id("batchId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now(),
            newID: call.clock.newID
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let batch = try approve(connection)
            try call.record(batch.auditEntry(from: .validated), connection)
            return .json(
                batch,
                status: .accepted,
                headers: [.location: "/v1/batches/\(batch.id)"]
            )
        }
    }

    @Sendable private func decideParkedLines(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ParkingDecision.self)
        let decide = DecideParkedLines(
            decision: body.value,
            batch: try call.id("batchId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let batch = try decide(connection)
            let before = ["state": BatchState.draft.rawValue]
            let entry = AuditEntry(.batch, batch.id, from: before, to: decide.decision)
            try call.record(entry, connection)
            return .created(batch, at: "/v1/batches/\(batch.id)")
        }
    }

    @Sendable private func retryBatch(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(BatchRetry.self)
        let retry = RetryBatch(
            batch: try call.id("batchId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            newID: call.clock.newID
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let batch = try retry(connection)
            try call.record(batch.auditEntry(from: .partlyDone), connection)
            return .json(
                batch,
                status: .accepted,
                headers: [.location: "/v1/batches/\(batch.id)"]
            )
        }
    }

    @Sendable private func cancelBatch(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(BatchCancellation.self)
        let cancel = CancelBatch(
            batch: try call.id("batchId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            reason: body.value.reason,
            now: call.clock.now(),
            newID: call.clock.newID
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let (batch, before) = try cancel(connection)
            try call.record(batch.auditEntry(from: before), connection)
            return .created(batch, at: "/v1/batches/\(batch.id)")
        }
    }

    @Sendable private func cancelLines(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(LineCancellation.self)
        let cancel = CancelLines(
            cancellation: body.value,
            batch: try call.id("batchId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now(),
            newID: call.clock.newID
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let (batch, state) = try cancel(connection)
            let before = ["state": state.rawValue]
            let entry = AuditEntry(.batch, batch.id, from: before, to: cancel.cancellation)
            try call.record(entry, connection)
            return .created(batch, at: "/v1/batches/\(batch.id)")
        }
    }

    @Sendable private func releaseFile(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(FileRelease.self)
        let release = ReleaseFile(
            batch: try call.id("batchId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            reason: body.value.reason,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let batch = try release(connection)
            let before = ["state": batch.state.rawValue]
            let entry = AuditEntry(.batch, batch.id, from: before, to: body.value)
            try call.record(entry, connection)
            return .created(batch, at: "/v1/batches/\(batch.id)")
        }
    }

    @Sendable private func streamBatchEvents(_ call: Call<Caller>) async throws -> Response {
        let id = try call.id("batchId")
        let community = try call.caller.requireCommunity()
        // Heard from before the first look, so that nothing falls between.
        let changes = ObjectChanges.stream(of: id, on: Channel.batch, listener)
        _ = try await batch(id, community)
        return ServerSentEvents.response(
            to: call,
            named: "batch",
            changes: changes,
            current: { try await batch(id, community) },
            isFinal: { [.refused, .done, .partlyDone, .cancelled].contains($0.state) }
        )
    }

    private func batch(_ id: UUID, _ community: UUID) async throws -> Batch {
        let batch = try await database.query(BatchQueries.one(id, community: community)) {
            try $0.first.map(BatchQueries.decode)
        }
        guard let batch else { throw Problem.notFound("batch") }
        return batch
    }
}

extension Batch {
    /// That somebody decided about the batch.
    fileprivate func auditEntry(from before: BatchState) -> AuditEntry {
        AuditEntry(.batch, id, from: ["state": before.rawValue], to: self)
    }
}
