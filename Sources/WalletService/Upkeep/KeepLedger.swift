import Ledger
import Logging
import Postgres
import ServiceKit

/// What the ledger needs as time passes: months to post in, holds and pots that end, losses that
/// are due. In bounded batches; what one instance does, others find done.
struct KeepLedger: Sendable {
    let database: Database
    let clock: Clock
    let logger: Logger

    /// A year and some days: there are always twelve whole months ahead.
    private static let aheadMicroseconds: Int64 = 370 * 86_400 * 1_000_000
    /// The batches of one kind at one occasion; the rest waits for the next.
    private static let mostBatches = 1000

    func callAsFunction() async throws {
        // Months first: without one there is nowhere to post.
        try await attempt("months") { database in
            let now = Timestamp(clock.now())
            let until = Timestamp(microseconds: now.microseconds + Self.aheadMicroseconds)
            _ = try await Ledger.openMonths(from: now, until: until, database)
            return 0
        }
        try await attempt("holds") { try await Ledger.expireHolds($0) }
        try await attempt("pots") { try await Ledger.expirePots($0) }
        try await attempt("depreciation") { try await Ledger.depreciate($0) }
    }

    /// Repeats a batch until none is due. What fails must not keep the others.
    private func attempt(
        _ name: String,
        _ batch: (Database) async throws -> Int
    ) async throws {
        do {
            for _ in 0..<Self.mostBatches {
                try Task.checkCancellation()
                guard try await batch(database) > 0 else { return }
            }
        } catch let error as PostgresError {
            logger.error(
                "the ledger's upkeep failed",
                metadata: ["what": "\(name)", "error": "\(error)"]
            )
        }
    }
}
