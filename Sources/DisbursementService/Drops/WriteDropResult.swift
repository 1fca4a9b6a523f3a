import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Writes what became of a file beside it: the result, and the status report where there is a batch.
struct WriteDropResult: Sendable {
    let drop: Drop
    let directory: DropDirectory
    let database: Database
    let clock: Clock

    private static let waiting = ".waiting"

    /// Of a file that became a batch, or was one. Its report is written again when every line has
    /// its outcome; what it waits for is an empty file, so that nothing is lost with an instance.
    func callAsFunction(
        _ batch: Batch,
        of name: String,
        as outcome: DropResult.Outcome
    ) async throws -> String {
        let base = "\(batch.id)-\(name)"
        // What others handed in is theirs to read.
        if batch.programmeId == drop.programmeId, batch.submittedBy == drop.clientId {
            try await writeReport(on: batch.id, base)
            if !batch.state.isFinal {
                try directory.write(base + Self.waiting).complete()
            }
        }
        try write(
            DropResult(
                fileName: name,
                outcome: outcome,
                reason: nil,
                batch: batch,
                writtenAt: clock.now()
            ),
            base
        )
        return base
    }

    /// Of a file that is no batch.
    func refusal(of name: String?, _ reason: String) throws -> String {
        let id = Identifier(clock.newID())
        let base = name.map { "\(id)-\($0)" } ?? "\(id)"
        try write(
            DropResult(
                fileName: name,
                outcome: .refused,
                reason: reason,
                batch: nil,
                writtenAt: clock.now()
            ),
            base
        )
        return base
    }

    /// Writes the last report on batches that wait for it.
    func finishWaiting() async throws {
        let bases = try directory.finishedNames(endingWith: Self.waiting)
            .map { String($0.dropLast(Self.waiting.count)) }
        let ids = bases.compactMap { Identifier(String($0.prefix(36)))?.uuid }
        guard !ids.isEmpty else { return }
        let finished = try await database.query(DropQueries.finished(ids, of: drop)) {
            try $0.map { row -> UUID in try row.decode(UUID.self) }
        }
        for base in bases {
            guard let id = Identifier(String(base.prefix(36))), finished.contains(id.uuid),
                let batch = try await batch(id)
            else { continue }
            let name = String(base.dropFirst(37))
            try await writeReport(on: id, base)
            try write(
                DropResult(
                    fileName: name,
                    outcome: .submitted,
                    reason: nil,
                    batch: batch,
                    writtenAt: clock.now()
                ),
                base
            )
            directory.remove(finished: base + Self.waiting)
        }
    }

    private func batch(_ id: Identifier) async throws -> Batch? {
        try await database.query(BatchQueries.one(id.uuid, community: drop.communityId.uuid)) {
            try $0.first.map(BatchQueries.decode)
        }
    }

    private func write(_ result: DropResult, _ base: String) throws {
        let file = try directory.write(base + ".result.json")
        try file.append(WireJSON.bytes(result))
        try file.complete()
    }

    private func writeReport(on batch: Identifier, _ base: String) async throws {
        let (id, community) = (batch.uuid, drop.communityId.uuid)
        let reported = try await database.transaction(isolation: .repeatableRead) { connection in
            try ReportQueries.batch(id, community: community, connection)
        }
        guard let reported else { return }
        let text = StatusReportText(
            reported,
            id: clock.newID(),
            createdAtMicroseconds: clock.now().microseconds
        )
        var pieces = StatusReportFile(
            text,
            count: reported.outcomes.count,
            of: id,
            community,
            database
        )
        let file = try directory.write(base + ".pain002.xml")
        while let piece = try await pieces.next() { try file.append(piece) }
        try file.complete()
    }
}

extension BatchState {
    /// Whether the lines of the batch have their outcomes.
    fileprivate var isFinal: Bool {
        switch self {
        case .refused, .done, .partlyDone, .cancelled: true
        case .draft, .validated, .approved, .executing: false
        }
    }
}
