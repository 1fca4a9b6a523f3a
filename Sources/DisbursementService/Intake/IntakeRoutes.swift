import API
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import ISO20022
import Postgres
import ServiceKit

/// Payment files over HTTP.
struct IntakeRoutes {
    let database: Database
    let idempotency: Idempotency
    let lookupKey: LookupKey
    let schemas: PaymentSchemas?

    func add(to routes: Routes) {
        routes.on(.submitBatch, submitBatch)
    }

    @Sendable private func submitBatch(_ call: Call<Caller>) async throws -> Reply {
        let intake = Intake(
            batch: call.clock.newID(),
            community: try call.caller.requireCommunity(),
            programme: try call.id("programmeId"),
            client: call.caller.client,
            fileName: call.query("fileName"),
            form: try IntakeForm(contentType: call.request.headers[.contentType] ?? ""),
            startedAt: call.clock.now()
        )
        let take = TakeFile(
            intake: intake,
            database: database,
            lookupKey: lookupKey,
            schemas: schemas,
            clock: call.clock,
            maxBytes: call.operation.body.maxBytes
        )
        return try await take(call.request.body) { finish in
            // The content is the fingerprint: the same file under another name is the same request.
            let content = finish.file.report.contentHash
            let fingerprint = content + Array(intake.programme.uuidString.utf8)
            return try await call.once(idempotency, fingerprint: fingerprint) { connection in
                let (batch, isNew) = try finish(connection)
                guard isNew else { return .known(batch) }
                try call.record(AuditEntry(.batch, batch.id, to: batch), connection)
                return .created(batch, at: "/v1/batches/\(batch.id)")
            }.markingDuplicates
        }
    }
}

/// One upload: who sends a file for which programme, and the batch it is to become.
struct Intake: Sendable {
    let batch: UUID
    let community: UUID
    let programme: UUID
    let client: UUID
    let fileName: String?
    let form: IntakeForm
    let startedAt: Instant
}
