import Ledger
import Logging
import Postgres
import Testing

/// What the self-checks find, and that they find nothing in books that are in order.
/// One after the other: each copy is a database with connections of its own.
@Suite(.serialized) struct AuditTests {
    @Test func `sound books have no drift`() async throws {
        let report = try await AuditSample.withCopy(
            "auditsound",
            damagedBy: nil,
            role: "wijkmunt_audit"
        ) { try await LedgerAudit.run(in: $0) }
        #expect(report.isSound, "\(report.drifts)")
        #expect(report.communities == 1)
        #expect(report.transfers == 9)
        #expect(report.postings == 20)
        #expect(report.coins.map(\.circulationMinorUnits) == [10_000])
        #expect(report.chains.reduce(0) { $0 + $1.links } == 9)
    }

    @Test(arguments: Corruption.all)
    func `the audit finds a corruption and names it`(corruption: Corruption) async throws {
        let report = try await AuditSample.withCopy(
            "audit\(corruption.name)",
            damagedBy: corruption.script,
            role: "wijkmunt_audit"
        ) { try await LedgerAudit.run(in: $0) }
        #expect(Set(report.drifts.map(\.check)) == corruption.checks, "\(report.drifts)")
    }

    @Test func `the watch goes through every link once`() async throws {
        try await AuditSample.withCopy(
            "watchsound",
            damagedBy: nil,
            role: "wijkmunt_wallet"
        ) { database in
            let logger = Logger(label: "watch")
            let watch = LedgerWatch(database: database, schema: "wallet", logger: logger)
            try await Self.finish(watch)
            #expect(watch.statistics.drift == 0)
            #expect(watch.statistics.checkedBatches == 9)
            #expect(watch.statistics.checkedAt > 0)
            // Where it stands outlives the process.
            let next = LedgerWatch(database: database, schema: "wallet", logger: logger)
            try await next()
            #expect(next.statistics.checkedBatches == 0)
            #expect(next.statistics.uncheckedBatches == 0)
        }
    }

    @Test(
        arguments: Corruption.all.filter {
            [
                "amount", "runningbalance", "deletedposting", "deletedtransfer", "reference",
                "party", "legs", "balance", "circulation", "reserve", "chainhead",
                "batchremoved", "linkrewritten", "floor",
            ].contains($0.name)
        }
    )
    func `the watch shows a corruption as drift`(corruption: Corruption) async throws {
        try await AuditSample.withCopy(
            "watch\(corruption.name)",
            damagedBy: corruption.script,
            role: "wijkmunt_wallet"
        ) { database in
            let watch = LedgerWatch(
                database: database,
                schema: "wallet",
                logger: Logger(label: "watch")
            )
            try await Self.finish(watch)
            #expect(watch.statistics.drift > 0)
            let drift = watch.statistics.drift
            // Found once, counted once, and there for whoever looks later.
            let other = LedgerWatch(
                database: database,
                schema: "wallet",
                logger: Logger(label: "watch")
            )
            try await other()
            #expect(other.statistics.drift == drift)
        }
    }

    /// Calls until nothing waits; a slow machine may need more than one.
    private static func finish(_ watch: LedgerWatch) async throws {
        repeat { try await watch() } while watch.statistics.uncheckedBatches > 0
    }
}
