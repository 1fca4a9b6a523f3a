import FoundationEssentials
import Postgres

/// The chain of one service in one community, and how far it was checked.
struct WatchedLane {
    let community: UUID
    let lane: String
    let nr: Int64
    let head: [UInt8]
}

/// One link that is to be checked.
struct WatchedLink {
    let nr: Int64
    let batch: Int64
    let transfers: Int
    let head: [UInt8]
}

/// What a round of the watch asks and keeps, in one transaction.
struct WatchQueries {
    let connection: Connection
    let schema: String

    /// The lane that has waited longest. What was posted before there was a chain is one link of
    /// any size: that one is left to the audit.
    func nextLane() throws -> WatchedLane? {
        try connection.query(
            """
            SELECT c.community_id, c.lane, coalesce(k.nr, 0), coalesce(k.head, '')
              FROM ledger.chain c
              LEFT JOIN \(rawSQL: schema).ledger_check k
                ON k.community_id = c.community_id AND k.lane = c.lane
             WHERE c.lane <> 'before' AND EXISTS (
                   SELECT FROM ledger.batch b
                    WHERE b.community_id = c.community_id AND b.lane = c.lane
                      AND b.nr > coalesce(k.nr, 0))
             ORDER BY k.checked_at NULLS FIRST, c.community_id, c.lane LIMIT 1
            """
        ).first.map { row in
            let (community, lane, nr, head) = try row.decode(
                UUID.self,
                String.self,
                Int64.self,
                [UInt8].self
            )
            return WatchedLane(community: community, lane: lane, nr: nr, head: head)
        }
    }

    /// The next links, at least one, of at most so many transfers.
    func links(of lane: WatchedLane, most: Int, transfers: Int) throws -> [WatchedLink] {
        var links: [WatchedLink] = []
        var total = 0
        let rows = try connection.query(
            """
            SELECT nr, id, transfers, head FROM ledger.batch
             WHERE community_id = \(lane.community) AND lane = \(lane.lane) AND nr > \(lane.nr)
             ORDER BY nr LIMIT \(most)
            """
        )
        for row in rows {
            let (nr, batch, count, head) = try row.decode(
                Int64.self,
                Int64.self,
                Int32.self,
                [UInt8].self
            )
            total += Int(count)
            if !links.isEmpty, total > transfers { break }
            links.append(WatchedLink(nr: nr, batch: batch, transfers: Int(count), head: head))
        }
        return links
    }

    /// Keeps what was found; answers what was not known yet.
    func store(_ drifts: [AuditReport.Drift]) throws -> [AuditReport.Drift] {
        try drifts.filter { drift in
            try connection.execute(
                """
                INSERT INTO \(rawSQL: schema).ledger_drift
                       (community_id, check_code, subject, expected, found)
                VALUES (\(drift.communityId)::uuid, \(drift.check.rawValue), \(drift.subject),
                        \(drift.expected), \(drift.found))
                ON CONFLICT DO NOTHING
                """
            ) > 0
        }
    }

    /// Remembers how far a lane was checked.
    func advance(_ lane: WatchedLane, to links: [WatchedLink]) throws {
        guard let last = links.last else { return }
        try connection.execute(
            """
            INSERT INTO \(rawSQL: schema).ledger_check AS k (community_id, lane, nr, head)
            VALUES (\(lane.community), \(lane.lane), \(last.nr), \(last.head))
            ON CONFLICT (community_id, lane) DO UPDATE
               SET nr = excluded.nr, head = excluded.head, checked_at = now()
            """
        )
    }

    /// Coins whose books do not agree with their accounts, or that lack their euro.
    func coins() throws -> [AuditReport.Drift] {
        try drifts(
            """
            SELECT k.community_id::text, c.name, k.code, c.expected::text, c.found::text
              FROM ledger.coin k
              JOIN ledger.account i
                ON i.community_id = k.community_id AND i.id = k.issuance_account_id
              JOIN ledger.account r
                ON r.community_id = k.community_id AND r.id = k.reserve_account_id
             CROSS JOIN LATERAL (VALUES ('circulation', -i.posted, k.circulation),
                                        ('reserve', r.posted, k.reserve),
                                        ('coverage', -i.posted, r.posted))
                        AS c (name, expected, found)
             WHERE c.found <> c.expected
             ORDER BY 1, 2, 3 LIMIT 100
            """
        )
    }

    /// Chains that do not end in their last link, or whose last checked link is another by now.
    func rewrittenChains() throws -> [AuditReport.Drift] {
        try drifts(
            """
            SELECT c.community_id::text, 'chain-head', c.lane,
                   coalesce('#' || b.nr || ' ' || encode(b.head, 'hex'), 'no link'),
                   '#' || c.nr || ' ' || encode(c.head, 'hex')
              FROM ledger.chain c
              LEFT JOIN LATERAL (
                    SELECT b.nr, b.head FROM ledger.batch b
                     WHERE b.community_id = c.community_id AND b.lane = c.lane
                     ORDER BY b.nr DESC LIMIT 1) AS b ON true
             WHERE b.nr IS DISTINCT FROM c.nr OR b.head IS DISTINCT FROM c.head
            UNION ALL
            SELECT k.community_id::text, 'link', k.lane || ' #' || k.nr, encode(k.head, 'hex'),
                   coalesce(encode(b.head, 'hex'), 'no link')
              FROM \(rawSQL: schema).ledger_check k
              LEFT JOIN ledger.batch b
                ON b.community_id = k.community_id AND b.lane = k.lane AND b.nr = k.nr
             WHERE b.head IS DISTINCT FROM k.head
             LIMIT 100
            """
        )
    }

    /// Decodes rows of community, check, subject, expected and found.
    func drifts(_ sql: SQL) throws -> [AuditReport.Drift] {
        try connection.query(sql).map { row in
            let (community, check, subject, expected, found) = try row.decode(
                String.self,
                String.self,
                String.self,
                String.self,
                String.self
            )
            guard let check = AuditReport.Check(rawValue: check) else {
                throw PostgresError.decoding("no check \(check)")
            }
            return AuditReport.Drift(
                check: check,
                communityId: community,
                subject: subject,
                expected: expected,
                found: found
            )
        }
    }
}
