import Foundation
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
        #expect(report.trails.map(\.events) == [4])
    }

    @Test func `a trail that was cut off or rewritten whole does not lead to a known head`()
        async throws
    {
        func audit(
            _ name: String,
            damagedBy script: String?,
            knowing heads: [TrailHead]
        ) async throws -> AuditReport {
            try await AuditSample.withCopy(name, damagedBy: script, role: "wijkmunt_audit") {
                try await LedgerAudit.run(in: $0, knownHeads: heads)
            }
        }
        let trail = try #require(
            try await audit("knownsound", damagedBy: nil, knowing: []).trails.first
        )
        let known = TrailHead(
            community: try #require(UUID(uuidString: trail.communityId)),
            nr: trail.events,
            head: trail.head
        )
        #expect(try await audit("knownkept", damagedBy: nil, knowing: [known]).isSound)
        for (name, script) in [
            ("knowncut", Self.cut), ("knownrewritten", Self.rewriting), ("knowngone", Self.gone),
        ] {
            // Whoever can write everything leaves a chain that agrees with itself.
            let blind = try await audit("\(name)blind", damagedBy: script, knowing: [])
            #expect(blind.isSound, "\(name): \(blind.drifts)")
            let report = try await audit(name, damagedBy: script, knowing: [known])
            #expect(Set(report.drifts.map(\.check)) == [.auditKnownHead], "\(name)")
        }
    }

    private static let cut = """
        DELETE FROM audit.event WHERE nr = 4;
        UPDATE audit.chain c SET nr = 3, head = e.head FROM audit.event e WHERE e.nr = 3
        """
    private static let gone = "DELETE FROM audit.event; DELETE FROM audit.chain"
    private static let rewriting = """
        UPDATE audit.event SET operation = 'another' WHERE nr = 1;
        DO $$
        DECLARE v record; v_head bytea := '';
        BEGIN
            FOR v IN SELECT * FROM audit.event ORDER BY nr LOOP
                v_head := sha256(v_head || sha256(audit.content(
                    v.community_id, v.nr, v.recorded_at, v.service, v.operation, v.client_id,
                    v.party_id, v.on_behalf_of, v.object_kind, v.object_id, v.subject_id,
                    v.before, v.after, v.request_id)));
                UPDATE audit.event SET head = v_head WHERE nr = v.nr;
            END LOOP;
            UPDATE audit.chain SET head = v_head;
        END
        $$
        """

    @Test(arguments: [
        "UPDATE audit.event SET operation = 'x'", "DELETE FROM audit.event", "TRUNCATE audit.event",
        "DELETE FROM audit.chain",
    ])
    func `the audit trail is immutable even for the owner`(statement: String) async throws {
        let grants = try await GrantsDatabase.shared
        let error = await #expect(throws: PostgresError.self) {
            try await grants.owner.execute("\(rawSQL: statement)")
        }
        #expect(error?.sqlState == "23000")
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
                "batchremoved", "linkrewritten", "floor", "lineamount", "unapproved", "lineless",
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
