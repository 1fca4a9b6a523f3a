import FoundationEssentials
package import Postgres

/// Derives every balance again from the postings and compares; trusts no stored figure.
///
/// Reads one moment of the books (repeatable read), so services may go on. Needs only SELECT on
/// the ledger's tables; memory does not grow with the number of postings.
package enum LedgerAudit {
    /// So many rows are read at a time.
    static let pageSize = 2000

    /// Audits all communities. `progress` is told how many postings were read so far.
    /// Throws `PostgresError`.
    package static func run(
        in database: Database,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> AuditReport {
        try await database.transaction(isolation: .repeatableRead) { connection in
            var report = AuditReport()
            let communities = try connection.query(
                """
                SELECT community_id FROM ledger.coin
                UNION SELECT community_id FROM ledger.account
                UNION SELECT community_id FROM ledger.transfer
                UNION SELECT community_id FROM ledger.posting
                 ORDER BY community_id
                """
            ).map { try $0.decode(UUID.self) }
            for community in communities {
                var walk = AccountWalk(community: community)
                try walk.run(connection, into: &report, progress: progress)
                try CoinReconciliation(community: community, sums: walk.sums)
                    .run(connection, into: &report)
                try TransferComparison(community: community).run(connection, into: &report)
                report.communities += 1
            }
            return report
        }
    }
}
