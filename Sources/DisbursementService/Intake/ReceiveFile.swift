import API
import FoundationEssentials
import HummingbirdCore
import ISO20022
import NIOCore
import Postgres
import ServiceKit

/// What has arrived: the judgement, and how many lines are stored.
struct ReceivedFile: Sendable {
    var report: PaymentFileReport
    let storedLines: Int
    let numbering: LineNumbering
    /// The lines of blocks that are refused for what they say themselves.
    let refusedBlocks: [Range<Int>]
}

/// Reads a payment file while it arrives and stores its lines in sets, under a batch that nobody
/// sees yet. While one set is stored the next is read; neither the file nor all its lines are ever
/// in memory.
struct ReceiveFile {
    let intake: Intake
    let database: Database
    let keeper: CreditorKeeper
    let schemas: PaymentSchemas?
    let clock: Clock
    let maxBytes: Int

    private static let setSize = 5_000
    private static let setsAtOnce = 2
    /// Less than the age at which an unfinished batch counts as abandoned.
    private static let longestMicroseconds: Int64 = 30 * 60 * 1_000_000

    /// Throws 413 beyond `maxBytes`, 503 when the file takes more than half an hour to arrive.
    func callAsFunction(
        _ body: some AsyncSequence<ByteBuffer, any Error>
    ) async throws -> ReceivedFile {
        let lines = LineBuffer(setsOf: Self.setSize, keeper: keeper, newID: clock.newID)
        var limits = PaymentFileLimits()
        limits.creditorMistake = CreditorKeeper.mistake
        limits.schemas = schemas
        let reader = intake.form.reader(
            limits,
            on: intake.startedAt,
            line: { lines.take($0) },
            refusedPayment: { lines.refuse($0) }
        )
        var size = 0
        let report = try await withThrowingTaskGroup { group in
            var underWay = 0
            for try await buffer in body {
                size += buffer.readableBytes
                guard size <= maxBytes else {
                    throw Problem(
                        .payloadTooLarge,
                        "A payment file has at most \(maxBytes) bytes."
                    )
                }
                try requireTime()
                buffer.withUnsafeReadableBytes { reader.feed($0) }
                while let set = lines.nextSet() {
                    try await store(set, &group, &underWay)
                }
            }
            let report = reader.finish()
            while let set = lines.nextSet() {
                try await store(set, &group, &underWay)
            }
            if let rest = lines.rest(), report.transactionCount > 0 {
                try await store(rest, &group, &underWay)
            }
            try await group.waitForAll()
            return report
        }
        return ReceivedFile(
            report: report,
            storedLines: lines.count,
            numbering: lines.numbering,
            refusedBlocks: lines.refusedBlocks
        )
    }

    private func requireTime() throws {
        let taken = clock.now().microseconds - intake.startedAt.microseconds
        guard taken <= Self.longestMicroseconds else {
            throw Problem.unavailable("The file took more than half an hour to arrive.")
        }
    }

    /// Begins to store a set when at most one other is under way: memory does not grow with the file.
    private func store(
        _ set: LineSet,
        _ group: inout ThrowingTaskGroup<Void, any Error>,
        _ underWay: inout Int
    ) async throws {
        if underWay == Self.setsAtOnce {
            try await group.next()
            underWay -= 1
        }
        let (database, intake) = (database, intake)
        group.addTask { _ = try await database.execute(IntakeQueries.insert(set, intake)) }
        underWay += 1
    }
}
