package import FoundationEssentials
package import Postgres

/// Asking for other moments than the present.
extension Ledger {
    /// What was posted on an account up to a moment, in minor units; 0 before its first posting.
    /// One index look-up, however long the history. Throws `PostgresError`.
    package static func balance(
        of account: UUID,
        at moment: Timestamp,
        community: UUID,
        _ connection: Connection
    ) throws -> Int64 {
        try connection.query(
            "SELECT ledger.balance_at(\(community), \(account), \(moment))"
        ).one().decode(Int64.self)
    }
}
