import Postgres

/// Reservations whose time is over end, and who watches them hears of it. In bounded batches; what
/// one instance does, others find done.
struct EndHolds: Sendable {
    let database: Database

    private static let batchSize = 500
    /// The batches at one occasion; the rest waits for the next.
    private static let mostBatches = 1000

    func callAsFunction() async throws {
        for _ in 0..<Self.mostBatches {
            try Task.checkCancellation()
            let ended = try await database.query(HoldQueries.expire(atMost: Self.batchSize)) {
                rows in try rows.one().decode(Int32.self)
            }
            guard ended > 0 else { return }
        }
    }
}
