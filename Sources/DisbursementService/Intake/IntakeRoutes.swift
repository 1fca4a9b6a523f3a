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
        let keeper = try await open(intake)
        do {
            let reply = try await receive(intake, keeper, call)
            // Of use only when the batch turned out to be another one: then ours goes again.
            try await discard(intake)
            return reply
        } catch {
            try? await discard(intake)
            throw error
        }
    }

    private func receive(
        _ intake: Intake,
        _ keeper: CreditorKeeper,
        _ call: Call<Caller>
    ) async throws -> Reply {
        let receive = ReceiveFile(
            intake: intake,
            database: database,
            keeper: keeper,
            clock: call.clock,
            maxBytes: call.operation.body.maxBytes
        )
        let file = try await receive(call.request.body)
        let finish = FinishIntake(intake: intake, file: file)
        // The content is the fingerprint: the same file under another name is the same request.
        let fingerprint = file.report.contentHash + Array(intake.programme.uuidString.utf8)
        var reply = try await call.once(idempotency, fingerprint: fingerprint) { connection in
            let (batch, isNew) = try finish(connection)
            guard isNew else {
                return .json(batch, headers: [.location: "/v1/batches/\(batch.id)"])
            }
            try call.record(AuditEntry(.batch, batch.id, to: batch), connection)
            return .created(batch, at: "/v1/batches/\(batch.id)")
        }
        if reply.status == .ok { reply.headers[.duplicate] = "true" }
        return reply
    }

    /// What knows the creditors of the programme's files.
    private func open(_ intake: Intake) async throws -> CreditorKeeper {
        let owner = try await database.query(IntakeQueries.open(intake)) {
            try $0.first?.decode(UUID.self)
        }
        guard let owner else { throw Problem.notFound("programme") }
        return CreditorKeeper(lookupKey: lookupKey, numberOwner: owner)
    }

    private func discard(_ intake: Intake) async throws {
        try await database.execute(IntakeQueries.discard(intake))
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
