package import FoundationEssentials
package import Postgres

/// Derives the books again from the postings and compares; trusts no stored figure.
///
/// Reads one moment (repeatable read), so services may go on. Needs only the rights of the audit's
/// role. The database does the work in passes over whole tables and answers sums: memory here does
/// not grow with the number of postings, and there only up to what a sort may take.
package enum LedgerAudit {
    /// Audits all communities, or one. `knownHeads` are where audit trails are known to have been, by
    /// signatures that were checked; `progress` is told what is compared next. `haveLines` is false for
    /// books whose pots nobody filled by lines, as tests and benchmarks of the ledger alone do: then what
    /// programmes paid is not held against lines. Throws `PostgresError`.
    package static func run(
        in database: Database,
        of community: UUID? = nil,
        haveLines: Bool = true,
        knownHeads: [TrailHead] = [],
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> AuditReport {
        // Fingerprints are compared under a key that nobody could know beforehand.
        let key = Int64.random(in: .min ... .max)
        return try await database.transaction(isolation: .repeatableRead) { connection in
            try connection.executeScript(settings)
            var report = AuditReport()
            var next = try community ?? self.community(after: nil, connection)
            while let current = next {
                var audit = CommunityAudit(
                    community: current,
                    key: key,
                    connection: connection,
                    report: report
                )
                try audit.run(haveLines: haveLines, progress)
                report = audit.report
                report.communities += 1
                next = try community == nil ? self.community(after: current, connection) : nil
            }
            for known in knownHeads {
                var audit = CommunityAudit(
                    community: known.community,
                    key: key,
                    connection: connection,
                    report: report
                )
                try audit.compare(with: known)
                report = audit.report
            }
            return report
        }
    }

    /// Whatever table knows it: by look-ups in keys, not by reading all rows.
    private static func community(
        after last: UUID?,
        _ connection: Connection
    ) throws -> UUID? {
        var found: [UUID] = []
        for table in [
            "ledger.coin", "ledger.account", "ledger.transfer", "ledger.posting", "ledger.batch",
            "ledger.chain", "ledger.hold", "audit.event", "audit.chain",
        ] {
            found += try connection.query(
                """
                SELECT community_id FROM \(rawSQL: table)
                 WHERE \(last)::uuid IS NULL OR community_id > \(last)::uuid
                 ORDER BY community_id LIMIT 1
                """
            ).map { try $0.decode(UUID.self) }
        }
        return found.min { $0.uuidString < $1.uuidString }
    }

    // Whole tables are read: by several processes, with room to sort, and never row by row into
    // an index, which a planner without statistics would choose.
    private static let settings = """
        SET TRANSACTION READ ONLY;
        SET LOCAL work_mem = '64MB';
        SET LOCAL jit = off;
        SET LOCAL enable_nestloop = off;
        SET LOCAL parallel_setup_cost = 10;
        SET LOCAL parallel_tuple_cost = 0.01;
        SET LOCAL plan_cache_mode = force_custom_plan;
        """
}

/// The audit of one community, pass by pass.
struct CommunityAudit {
    let community: UUID
    /// What fingerprints are taken under.
    let key: Int64
    let connection: Connection
    var report: AuditReport

    mutating func run(haveLines: Bool, _ progress: (String) -> Void) throws {
        progress("accounts and their postings")
        let totals = try auditAccounts()
        try auditCoins(totals)
        progress("moments")
        try auditMoments()
        progress("transfers and their legs")
        try auditTransfers(totals)
        progress("holds and reversals")
        try auditHolds()
        try auditReversals()
        progress("the hash chain")
        try auditChain()
        progress("records")
        try auditRecords()
        if haveLines {
            progress("payments of programmes")
            try auditProgrammePayments()
        }
        progress("the audit trail")
        try auditTrail()
    }

    /// Adds the drifts that a statement answers: `check`, `subject`, `expected`, `found`, all text.
    mutating func addDrifts(_ sql: SQL) throws {
        for row in try connection.query(sql) {
            let (check, subject, expected, found) = try row.decode(
                String.self,
                String.self,
                String.self,
                String.self
            )
            guard let check = AuditReport.Check(rawValue: check) else {
                throw PostgresError.decoding("no check \(check)")
            }
            report.add(
                AuditReport.Drift(
                    check: check,
                    communityId: community.uuidString.lowercased(),
                    subject: subject,
                    expected: expected,
                    found: found
                )
            )
        }
    }
}
