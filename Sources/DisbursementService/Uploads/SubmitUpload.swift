import API
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import ISO20022
import Postgres
import ServiceKit

/// Makes a batch of a file whose parts are all there.
///
/// The parts stay until the batch is committed: whoever is killed on the way left nothing but an
/// unfinished batch, which nobody sees, and another instance reads them once more.
struct SubmitUpload: Sendable {
    let key: UploadQueries.Key
    let database: Database
    let idempotency: Idempotency
    let lookupKey: LookupKey
    let schemas: PaymentSchemas?
    let keys: DataKeys

    /// A conflict that ends by itself.
    static let beingRead = Problem(
        .uploadBeingRead,
        "The file is being read into a batch.",
        headers: [.retryAfter: "2"]
    )

    func callAsFunction(_ call: Call<Caller>) async throws -> Reply {
        let upload = try await database.query(UploadQueries.one(key)) {
            try $0.first.map(UploadQueries.decode)
        }
        guard let upload else { throw Problem.notFound("upload") }
        if let batch = upload.batchId { return try await again(batch, call) }
        guard upload.state == .open else {
            throw Problem(.uploadNotOpen, "The upload was given up.")
        }
        guard upload.offset == upload.size else {
            throw Problem(
                .uploadIncomplete,
                "\(upload.offset) of \(upload.size) bytes have arrived.",
                offset: upload.offset
            )
        }
        let intake = Intake(
            batch: call.clock.newID(),
            community: key.community,
            programme: upload.programmeId.uuid,
            client: key.client,
            fileName: upload.fileName,
            form: try IntakeForm(contentType: upload.mediaType),
            startedAt: call.clock.now()
        )
        let begin = UploadQueries.beginReading(key, into: intake.batch)
        guard try await database.execute(begin) == 1 else { throw Self.beingRead }
        do {
            let reply = try await read(upload, intake, call)
            // What is left after a crash goes with the next cleaning.
            _ = try? await database.execute(UploadQueries.endReading(key, into: intake.batch))
            if reply.status == .created || reply.status == .ok {
                _ = try? await database.execute(UploadQueries.forgetParts(of: key))
            }
            return reply
        } catch {
            _ = try? await database.execute(UploadQueries.endReading(key, into: intake.batch))
            throw error
        }
    }

    private func read(
        _ upload: Upload,
        _ intake: Intake,
        _ call: Call<Caller>
    ) async throws -> Reply {
        let file = UploadedFile(
            upload: upload,
            community: key.community,
            batch: intake.batch,
            keys: keys,
            database: database
        )
        let take = TakeFile(
            intake: intake,
            database: database,
            lookupKey: lookupKey,
            schemas: schemas,
            clock: call.clock,
            maxBytes: upload.size
        )
        return try await take(file) { finish in
            try await once(call) { connection in
                let (batch, isNew) = try finish(connection)
                guard try connection.execute(UploadQueries.submit(key, as: batch.id)) == 1 else {
                    throw Problem(.uploadNotOpen, "The upload was submitted or given up.")
                }
                guard isNew else { return .known(batch) }
                try call.record(AuditEntry(.batch, batch.id, to: batch), connection)
                return .created(batch, at: "/v1/batches/\(batch.id)")
            }
        }
    }

    /// What was answered under the same key, or else the batch that there is.
    private func again(_ batch: Identifier, _ call: Call<Caller>) async throws -> Reply {
        try await once(call) { connection in
            let sql = BatchQueries.one(batch.uuid, community: key.community)
            guard let batch = try connection.query(sql).first.map(BatchQueries.decode) else {
                throw Problem.notFound("batch")
            }
            return .known(batch)
        }
    }

    private func once(
        _ call: Call<Caller>,
        _ act: @escaping @Sendable (Connection) throws -> Reply
    ) async throws -> Reply {
        try await call.once(idempotency, fingerprint: Array("submit \(key.id)".utf8), act)
            .markingDuplicates
    }
}
