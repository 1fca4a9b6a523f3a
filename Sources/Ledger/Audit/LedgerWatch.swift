import FoundationEssentials
package import Logging
package import Postgres
import Synchronization

/// Checks what was posted since the last time, link by link of each hash chain, a little at every
/// call. What it found stands in the database until somebody deletes it.
///
/// Each link is checked once; that old history stays as it was is the audit's to prove. Several
/// instances take turns. Needs SELECT on the ledger, and two tables of the service's schema.
package final class LedgerWatch: Sendable {
    /// A glance at the watch, for metrics.
    package struct Statistics: Sendable, Equatable {
        /// Discrepancies that nobody has deleted yet.
        package internal(set) var drift = 0
        /// Links that this instance has checked; only grows.
        package internal(set) var checkedBatches = 0
        /// Links that wait to be checked.
        package internal(set) var uncheckedBatches = 0
        /// When a round of this instance last ended, in seconds of Unix time; 0 before the first.
        package internal(set) var checkedAt: Int64 = 0
    }

    private let database: Database
    private let schema: String
    private let logger: Logger
    private let state = Mutex(Statistics())

    /// What a call may take before it leaves the rest to the next one. A round that has begun is
    /// finished, however long it takes.
    private static let budget = Duration.milliseconds(100)
    /// The transfers of one transaction; a link is never split.
    private static let mostTransfers = 1000
    private static let mostLinks = 200

    /// A watch that keeps its tables in `schema`.
    package init(database: Database, schema: String, logger: Logger) {
        self.database = database
        self.schema = schema
        self.logger = logger
    }

    /// What it found and did so far.
    package var statistics: Statistics { state.withLock { $0 } }

    /// Checks until all is checked or its time is over. Throws `PostgresError`.
    package func callAsFunction() async throws {
        let started = ContinuousClock.now
        var isMore = true
        var ended = started
        // What the last round took, the next one will take too.
        var needed = Duration.zero
        while isMore, ended - started + needed < Self.budget {
            try Task.checkCancellation()
            let round = try await Tenant.acrossCommunities { try await self.round() }
            needed = ContinuousClock.now - ended
            ended = .now
            for drift in round.drifts { report(drift) }
            state.withLock { state in
                state.drift = round.known
                state.checkedBatches += round.links
                state.uncheckedBatches = round.waiting
                state.checkedAt = round.at
            }
            isMore = round.links > 0
        }
    }

    private func report(_ drift: AuditReport.Drift) {
        logger.error(
            "the books do not agree",
            metadata: [
                "check": "\(drift.check.rawValue)", "communityId": "\(drift.communityId)",
                "subject": "\(drift.subject)",
            ]
        )
    }

    private struct Round {
        var drifts: [AuditReport.Drift] = []
        var links = 0
        var known = 0
        var waiting = 0
        var at: Int64 = 0
    }

    private func round() async throws -> Round {
        let schema = schema
        return try await database.transaction(isolation: .repeatableRead) { connection in
            var round = Round()
            let mayCheck = try connection.query(
                "SELECT pg_try_advisory_xact_lock(hashtext('wijkmunt ledger check'))"
            ).one().decode(Bool.self)
            if mayCheck {
                let check = WatchQueries(connection: connection, schema: schema)
                round.drifts = try check.store(check.coins() + check.rewrittenChains())
                if let lane = try check.nextLane() {
                    let links = try check.links(
                        of: lane,
                        most: Self.mostLinks,
                        transfers: Self.mostTransfers
                    )
                    round.drifts += try check.store(check.drifts(in: links, of: lane))
                    try check.advance(lane, to: links)
                    round.links = links.count
                }
            }
            (round.known, round.waiting, round.at) = try connection.query(
                """
                SELECT (SELECT count(*) FROM \(rawSQL: schema).ledger_drift),
                       coalesce(sum(c.nr - coalesce(k.nr, 0)), 0)::bigint,
                       extract(epoch FROM now())::bigint
                  FROM ledger.chain c
                  LEFT JOIN \(rawSQL: schema).ledger_check k
                    ON k.community_id = c.community_id AND k.lane = c.lane
                 WHERE c.lane <> 'before'
                """
            ).one().decode(Int.self, Int.self, Int64.self)
            return round
        }
    }
}
