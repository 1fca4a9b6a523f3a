import API
import Crypto
import FoundationEssentials
import HTTPTypes
import ISO20022
import Logging
import Postgres
import ServiceKit

/// Hands in one file of a directory, in the name of the client of the directory, and puts it away with
/// its result. Whatever is killed on the way, and however many instances look: it is one batch, and
/// what lies beside it says so.
struct TakeDroppedFile: Sendable {
    let drop: Drop
    let directory: DropDirectory
    let database: Database
    let idempotency: Idempotency
    let lookupKey: LookupKey
    let schemas: PaymentSchemas?
    let clock: Clock
    let logger: Logger

    private static let forms = [
        "xml": MediaType.xml, "csv": MediaType.csv, "json": MediaType.json,
    ]
    // With an id before it and an ending behind it, it is still the name of a file.
    private static let mostNameBytes = 180

    /// Leaves the file where it is when somebody else has it, when it is being changed, or when the
    /// fault is ours or the operator's.
    func callAsFunction(_ entry: DropEntry) async throws {
        guard let name = Self.name(of: entry) else {
            return try refuse(entry, nil, "The name has bytes that are no text, or is too long.")
        }
        guard entry.isPlain else {
            return try refuse(entry, name, "It is no ordinary file, or has a second name.")
        }
        let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard let mediaType = Self.forms[ending] else {
            return try refuse(entry, name, "The name ends neither in .xml nor .csv nor .json.")
        }
        let most = API.Operation.submitBatch.body.maxBytes
        guard entry.size <= most else {
            return try refuse(entry, name, "A payment file has at most \(most) bytes.")
        }
        guard let file = try directory.open(entry) else { return }
        guard let party = try await submitter() else {
            logger.error("the client of a drop directory may not submit files")
            return
        }
        let reply = try await submit(file, name, mediaType, by: party)
        try await putAway(entry, name, reply)
    }

    private func submit(
        _ file: DroppedFile,
        _ name: String,
        _ mediaType: String,
        by party: UUID
    ) async throws -> Reply {
        let intake = Intake(
            batch: clock.newID(),
            community: drop.communityId.uuid,
            programme: drop.programmeId.uuid,
            client: drop.clientId.uuid,
            fileName: name,
            form: try IntakeForm(contentType: mediaType),
            startedAt: clock.now()
        )
        let take = TakeFile(
            intake: intake,
            database: database,
            lookupKey: lookupKey,
            schemas: schemas,
            clock: clock,
            maxBytes: file.entry.size
        )
        let act = UnaskedAct(
            operation: API.Operation.submitBatch.id,
            community: intake.community,
            actor: AuditActor(client: drop.clientId, party: Identifier(party)),
            id: Identifier(intake.batch)
        )
        return try await take(DroppedBytes(file: file)) { finish in
            let content = finish.file.report.contentHash
            // After a crash the same file gets its first answer, and is not called a duplicate.
            return try await idempotency.perform(
                act,
                key: Self.key(of: file.entry, content),
                fingerprint: content + Array(intake.programme.uuidString.utf8)
            ) { connection in
                let (batch, isNew) = try finish(connection)
                guard isNew else { return .known(batch) }
                try act.record(AuditEntry(.batch, batch.id, to: batch), connection)
                return .created(batch, at: "/v1/batches/\(batch.id)")
            }
        }
    }

    private func putAway(_ entry: DropEntry, _ name: String, _ reply: Reply) async throws {
        guard [.ok, .created].contains(reply.status) else {
            let problem = try JSONDecoder().decode(ProblemDetails.self, from: Data(reply.body))
            return try refuse(entry, name, "\(problem.title): \(problem.detail)")
        }
        let batch = try JSONDecoder().decode(Batch.self, from: Data(reply.body))
        let outcome = reply.status == .created ? DropResult.Outcome.submitted : .known
        let base = try await result(batch, of: name, as: outcome)
        try directory.finish(entry, as: base)
        logger.info(
            "took a file from a directory",
            metadata: ["batch": "\(batch.id)", "state": "\(batch.state.rawValue)"]
        )
    }

    private func refuse(_ entry: DropEntry, _ name: String?, _ reason: String) throws {
        let base = try result.refusal(of: name, reason)
        try directory.finish(entry, as: base)
        logger.notice("refused a file in a directory", metadata: ["reason": "\(reason)"])
    }

    private var result: WriteDropResult {
        WriteDropResult(drop: drop, directory: directory, database: database, clock: clock)
    }

    private func submitter() async throws -> UUID? {
        try await database.query(
            DropQueries.submitter(drop.clientId.uuid, drop.communityId.uuid)
        ) { rows -> UUID? in try rows.first?.decode(UUID.self) }
    }

    /// Text without control characters; nil for anything else.
    private static func name(of entry: DropEntry) -> String? {
        guard entry.name.count <= mostNameBytes,
            let name = String(validating: entry.name, as: UTF8.self),
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        return name
    }

    /// Names this file, with this content, as it lies there.
    private static func key(of entry: DropEntry, _ content: [UInt8]) -> String {
        let place = "\(entry.device)/\(entry.inode)/\(entry.modified)/\(entry.size)/"
        let digest = SHA256.hash(data: Array(place.utf8) + entry.name + content)
        let digits = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return "drop-" + digits.joined()
    }
}
