import API
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit

/// Batches over HTTP: what people decide about them.
struct BatchDecisionRoutes {
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.approveBatch, approveBatch)
        routes.on(.decideParkedLines, decideParkedLines)
        routes.on(.retryBatch, retryBatch)
        routes.on(.cancelBatch, cancelBatch)
        routes.on(.cancelLines, cancelLines)
        routes.on(.returnLines, returnLines)
        routes.on(.releaseFile, releaseFile)
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
        return try await once(call, body, status: .accepted) { connection in
            let batch = try approve(connection)
            return (batch, batch.auditEntry(from: .validated, to: batch))
        }
    }

    @Sendable private func decideParkedLines(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ParkingDecision.self)
        let decide = DecideParkedLines(
            decision: body.value,
            batch: try call.id("batchId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now(),
            newID: call.clock.newID
        )
        return try await once(call, body) { connection in
            let batch = try decide(connection)
            return (batch, batch.auditEntry(from: .draft, to: body.value.withoutReason))
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
        return try await once(call, body, status: .accepted) { connection in
            let batch = try retry(connection)
            return (batch, batch.auditEntry(from: .partlyDone, to: batch))
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
        return try await once(call, body) { connection in
            let (batch, before) = try cancel(connection)
            return (batch, batch.auditEntry(from: before, to: batch))
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
        return try await once(call, body) { connection in
            let (batch, before) = try cancel(connection)
            return (batch, batch.auditEntry(from: before, to: body.value))
        }
    }

    @Sendable private func returnLines(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(LineReturn.self)
        let giveBack = ReturnLines(
            lineReturn: body.value,
            batch: try call.id("batchId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client
        )
        return try await once(call, body) { connection in
            let (batch, before) = try giveBack(connection)
            // The reason, which may name people, stands with the lines.
            return (batch, batch.auditEntry(from: before, to: ["lines": body.value.lines]))
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
        return try await once(call, body) { connection in
            let batch = try release(connection)
            return (batch, batch.auditEntry(from: batch.state, to: batch))
        }
    }

    /// Changes a batch once, and keeps in the audit trail who did.
    private func once<Body>(
        _ call: Call<Caller>,
        _ body: Call<Caller>.Submission<Body>,
        status: HTTPResponse.Status = .created,
        _ change: @escaping @Sendable (Connection) throws -> (Batch, AuditEntry)
    ) async throws -> Reply {
        try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let (batch, entry) = try change(connection)
            try call.record(entry, connection)
            let address = "/v1/batches/\(batch.id)"
            return .json(batch, status: status, headers: [.location: address])
        }
    }
}

extension ParkingDecision {
    /// What the audit trail keeps: the reason, which may name people, stands with the decision.
    fileprivate var withoutReason: some Encodable & Sendable {
        DecidedLines(decision: decision, lines: lines)
    }

    private struct DecidedLines: Encodable, Sendable {
        let decision: ParkingVerdict
        let lines: [Int]?
    }
}

extension Batch {
    /// That somebody decided about the batch: its state before, and what it has become or was said.
    fileprivate func auditEntry(
        from before: BatchState,
        to after: some Encodable & Sendable
    ) -> AuditEntry {
        AuditEntry(.batch, id, from: ["state": before.rawValue], to: after)
    }
}
