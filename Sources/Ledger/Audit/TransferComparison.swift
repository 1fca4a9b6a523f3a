import FoundationEssentials
import Postgres

/// Holds transfers against postings: each transfer adds up to zero in each unit, and its legs are
/// exactly its postings. The database sorts, so memory does not grow here either.
struct TransferComparison {
    let community: UUID

    // One more than the report keeps, to know that there are more.
    private static let limit = AuditReport.largestList + 1

    func run(_ connection: Connection, into report: inout AuditReport) throws {
        report.transfers += try connection.query(
            "SELECT count(*) FROM ledger.transfer WHERE community_id = \(community)"
        ).one().decode(Int.self)
        try addUnbalanced(connection, into: &report)
        try addDifference(
            .legsWithoutPostings,
            connection.query(
                """
                SELECT t.id, l.account, l.amount
                  FROM ledger.transfer t, unnest(t.accounts, t.amounts) AS l (account, amount)
                 WHERE t.community_id = \(community)
                EXCEPT ALL
                SELECT transfer_id, account_id, amount
                  FROM ledger.posting WHERE community_id = \(community)
                 LIMIT \(Self.limit)
                """
            ),
            into: &report
        )
        try addDifference(
            .postingsWithoutLegs,
            connection.query(
                """
                SELECT transfer_id, account_id, amount
                  FROM ledger.posting WHERE community_id = \(community)
                EXCEPT ALL
                SELECT t.id, l.account, l.amount
                  FROM ledger.transfer t, unnest(t.accounts, t.amounts) AS l (account, amount)
                 WHERE t.community_id = \(community)
                 LIMIT \(Self.limit)
                """
            ),
            into: &report
        )
    }

    private func addUnbalanced(
        _ connection: Connection,
        into report: inout AuditReport
    ) throws {
        let rows = try connection.query(
            """
            SELECT t.id, coalesce(a.unit, 'no account'), sum(l.amount)::text
              FROM ledger.transfer t
             CROSS JOIN unnest(t.accounts, t.amounts) AS l (account, amount)
              LEFT JOIN ledger.account a ON a.community_id = t.community_id AND a.id = l.account
             WHERE t.community_id = \(community)
             GROUP BY t.id, a.unit
            HAVING sum(l.amount) <> 0 OR a.unit IS NULL
             ORDER BY t.id LIMIT \(Self.limit)
            """
        )
        for row in rows {
            let (id, unit, sum) = try row.decode(UUID.self, String.self, String.self)
            report.add(
                .unbalancedTransfer,
                community: community,
                subject: id.uuidString.lowercased(),
                expected: 0,
                found: "\(sum) (\(unit))"
            )
        }
    }

    private func addDifference(
        _ check: AuditReport.Check,
        _ rows: Rows,
        into report: inout AuditReport
    ) throws {
        for row in rows {
            let (transfer, account, amount) = try row.decode(UUID.self, UUID.self, Int64.self)
            report.add(
                check,
                community: community,
                subject: transfer.uuidString.lowercased(),
                expected: check == .legsWithoutPostings ? "a posting" : "a leg",
                found: "\(amount) on \(account.uuidString.lowercased())"
            )
        }
    }
}
