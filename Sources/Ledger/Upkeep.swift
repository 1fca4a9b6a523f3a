package import FoundationEssentials
package import Postgres

/// What the ledger does as time passes. Each call is one bounded transaction; any number of
/// instances may call at once, since every one locks what it changes and looks again.
extension Ledger {
    /// The most accounts or holds that one call takes on.
    package static let largestUpkeep = 1000

    /// Lets pots expire at a moment; what is left then returns to a programme of their coin.
    /// Throws `PostgresError`.
    package static func setExpiry(
        of pots: [UUID],
        at moment: Timestamp,
        returnsTo programme: UUID,
        community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.query(
            "SELECT ledger.set_expiry(\(community), \(pots), \(moment), \(programme))"
        )
    }

    /// Ends holds whose time is over; how many of one community. Throws `PostgresError`.
    package static func expireHolds(
        atMost limit: Int = largestUpkeep,
        _ database: Database
    ) async throws -> Int {
        try await count("SELECT ledger.expire_holds(\(Int32(limit)))", database)
    }

    /// Empties pots whose time is over; how many of one community. Throws `PostgresError`.
    package static func expirePots(
        atMost limit: Int = largestUpkeep,
        _ database: Database
    ) async throws -> Int {
        try await count("SELECT ledger.expire_pots(\(Int32(limit)))", database)
    }

    /// Posts losses that are due; for how many accounts of one policy. Throws `PostgresError`.
    package static func depreciate(
        atMost limit: Int = largestUpkeep,
        _ database: Database
    ) async throws -> Int {
        try await count("SELECT ledger.depreciate(\(Int32(limit)))", database)
    }

    /// Opens the partitions of the months between two moments, at most ten years; how many were
    /// missing. Throws `PostgresError`.
    package static func openMonths(
        from: Timestamp,
        until: Timestamp,
        _ database: Database
    ) async throws -> Int {
        try await count("SELECT ledger.open_months(\(from), \(until))", database)
    }

    private static func count(_ sql: SQL, _ database: Database) async throws -> Int {
        // Upkeep locks many rows, or whole tables: it may meet payments that lock them in another
        // order, and is then tried again.
        let count = try await database.transaction { connection in
            try connection.query(sql).one().decode(Int32.self)
        }
        return Int(count)
    }
}
