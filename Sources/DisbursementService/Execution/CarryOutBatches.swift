import API
import FoundationEssentials
import Logging
import Postgres

/// Carries out approved batches whose day has come, set by set; what was begun before a restart is
/// taken up again.
struct CarryOutBatches: Sendable {
    let database: Database
    let logger: Logger

    /// Sets of one batch that are under way at once: while one waits for the balance of the programme,
    /// or for the disk, the other looks up whom it pays.
    private static let setsAtOnce = 2

    /// Large enough that commits cost little, small enough that whoever pays meanwhile from a pot
    /// that is being credited does not notice. The lines of set `n`, from 0, are those from
    /// `n * setSize + 1` on.
    private static let setSize: Int32 = 2_500

    func callAsFunction() async throws {
        let due = try await Tenant.acrossCommunities {
            try await database.query(ExecutionQueries.due) { rows in
                try rows.map { try ApprovedBatch.Key($0.decode(UUID.self, UUID.self)) }
            }
        }
        for key in due {
            await Tenant.community(key.community).perform { await carryOut(key) }
        }
    }

    /// One that cannot be carried out now must not keep the others.
    private func carryOut(_ key: ApprovedBatch.Key) async {
        do {
            while let sets = try await begin(key) {
                // Where each set is another instance's, that one ends the batch.
                guard try await credit(sets, of: key) else { return }
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error(
                "a batch cannot be carried out now",
                metadata: ["batch": "\(key.id)", "error": "\(error)"]
            )
        }
    }

    /// The sets that have lines without an outcome; when there are none left, the batch is concluded.
    private func begin(_ key: ApprovedBatch.Key) async throws -> ClosedRange<Int32>? {
        try await database.transaction { connection -> ClosedRange<Int32>? in
            func setsBegun(of batch: ApprovedBatch) throws -> ClosedRange<Int32>? {
                guard let lines = try ExecutionQueries.openLines(of: batch, connection) else {
                    return nil
                }
                try ExecutionQueries.begin(batch, connection)
                return (lines.lowerBound - 1) / Self.setSize...(lines.upperBound - 1) / Self.setSize
            }
            if let batch = try ExecutionQueries.find(key, locked: false, connection),
                let sets = try setsBegun(of: batch)
            {
                return sets
            }
            guard let batch = try ExecutionQueries.find(key, locked: true, connection) else {
                return nil
            }
            // Approved meanwhile, or left by a set that failed.
            if let sets = try setsBegun(of: batch) { return sets }
            try ExecutionQueries.conclude(batch, connection)
            try connection.notify(channel: Channel.batch, payload: "\(Identifier(key.id))")
            return nil
        }
    }

    /// Credits these sets, some at once; whether any of them was ours to credit.
    private func credit(
        _ sets: ClosedRange<Int32>,
        of key: ApprovedBatch.Key
    ) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            var rest = sets.makeIterator()
            func addNext() {
                guard let number = rest.next() else { return }
                let first = number * Self.setSize + 1
                group.addTask { try await credit(lines: first...first + Self.setSize - 1, of: key) }
            }
            for _ in 0..<Self.setsAtOnce { addNext() }
            var isOurs = false
            while let hasCredited = try await group.next() {
                isOurs = isOurs || hasCredited
                addNext()
            }
            return isOurs
        }
    }

    /// Whether they were ours to credit; whoever watches the batch is told.
    private func credit(
        lines: ClosedRange<Int32>,
        of key: ApprovedBatch.Key
    ) async throws -> Bool {
        try await database.transaction { connection in
            guard try ExecutionQueries.credit(lines, of: key, connection) else { return false }
            try connection.notify(channel: Channel.batch, payload: "\(Identifier(key.id))")
            return true
        }
    }
}
