import API
import FoundationEssentials
import HTTPTypes
import ISO20022
import NIOCore
import Postgres
import ServiceKit

/// Reads a payment file from wherever it comes and leaves nothing behind but what `finish` makes of it.
struct TakeFile: Sendable {
    let intake: Intake
    let database: Database
    let lookupKey: LookupKey
    let schemas: PaymentSchemas?
    let clock: Clock
    let maxBytes: Int

    /// Throws 404 without such a programme, and what the reading throws.
    func callAsFunction(
        _ bytes: some AsyncSequence<ByteBuffer, any Error>,
        finish: (FinishIntake) async throws -> Reply
    ) async throws -> Reply {
        let keeper = try await open()
        do {
            let receive = ReceiveFile(
                intake: intake,
                database: database,
                keeper: keeper,
                schemas: schemas,
                clock: clock,
                maxBytes: maxBytes
            )
            let file = try await receive(bytes)
            let reply = try await finish(FinishIntake(intake: intake, file: file))
            // Of use only when the batch turned out to be another one: then ours goes again.
            try await discard()
            return reply
        } catch {
            try? await discard()
            throw error
        }
    }

    /// What knows the creditors of the programme's files.
    private func open() async throws -> CreditorKeeper {
        let owner = try await database.query(IntakeQueries.open(intake)) {
            try $0.first?.decode(UUID.self)
        }
        guard let owner else { throw Problem.notFound("programme") }
        return CreditorKeeper(lookupKey: lookupKey, numberOwner: owner)
    }

    private func discard() async throws {
        try await database.execute(IntakeQueries.discard(intake))
    }
}

extension Reply {
    /// The batch that a file was before.
    static func known(_ batch: Batch) -> Reply {
        .json(batch, headers: [.location: "/v1/batches/\(batch.id)"])
    }

    /// With the header that tells of a batch that is not new.
    var markingDuplicates: Reply {
        guard status == .ok else { return self }
        var reply = self
        reply.headers[.duplicate] = "true"
        return reply
    }
}
