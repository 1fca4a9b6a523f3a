import FoundationEssentials
import Postgres

/// The links of a lane against their transfers, those against their postings, and these against
/// what stood before them and what the account says now; and what programmes paid against what says so.
extension WatchQueries {
    func drifts(
        in links: [WatchedLink],
        of lane: WatchedLane
    ) throws -> [AuditReport.Drift] {
        guard let last = links.last else { return [] }
        // A plan that was made when there were few transfers would compare each leg with each posting.
        try connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        let found =
            try drifts(linkDrifts(lane, until: last.nr))
            + drifts(contentDrifts(lane, links.map(\.batch)))
            + unfoundedPayments(in: links, of: lane)
        // One that sorts would read all postings of an account for the one before: the planner takes each
        // account for one that has few, and a programme has millions.
        try connection.execute("SET LOCAL enable_sort = off")
        return try found + drifts(postingDrifts(lane.community, links.map(\.batch)))
    }

    private func linkDrifts(_ lane: WatchedLane, until nr: Int64) -> SQL {
        """
        SELECT \(lane.community)::text, 'link', \(lane.lane) || ' #' || nr,
               '#' || nr_before + 1 || ' ' || encode(sha256(head_before || digest), 'hex'),
               '#' || nr || ' ' || encode(head, 'hex')
          FROM (SELECT nr, head, digest, lag(nr, 1, \(lane.nr)) OVER run AS nr_before,
                       lag(head, 1, \(lane.head)) OVER run AS head_before
                  FROM ledger.batch
                 WHERE community_id = \(lane.community) AND lane = \(lane.lane)
                   AND nr > \(lane.nr) AND nr <= \(nr)
                WINDOW run AS (ORDER BY nr)) AS walked
         WHERE nr <> nr_before + 1 OR head <> sha256(head_before || digest)
         ORDER BY nr LIMIT 100
        """
    }

    private func contentDrifts(_ lane: WatchedLane, _ batches: [Int64]) -> SQL {
        """
        SELECT \(lane.community)::text, 'batch-contents', 'batch ' || b.id || ' of ' || b.lane,
               b.transfers || ' transfers, ' || encode(b.digest, 'hex'),
               coalesce(c.transfers, 0) || ' transfers'
               || coalesce(', ' || encode(c.digest, 'hex'), '')
          FROM ledger.batch b
          LEFT JOIN (
                SELECT batch, count(*) AS transfers, max(place) AS last_place,
                       sha256(string_agg(
                           ledger.content(community_id, id, kind, coin, accounts, amounts,
                                          reference, related_id, hold_id, client_id, party_id,
                                          posted_at), '' ORDER BY place)) AS digest
                  FROM ledger.transfer
                 WHERE community_id = \(lane.community) AND batch = ANY (\(batches))
                 GROUP BY batch) AS c ON c.batch = b.id
         WHERE b.community_id = \(lane.community) AND b.lane = \(lane.lane)
           AND b.id = ANY (\(batches)) AND b.nr > \(lane.nr)
           AND (c.digest IS DISTINCT FROM b.digest OR c.transfers IS DISTINCT FROM b.transfers
                OR c.last_place IS DISTINCT FROM b.transfers)
         ORDER BY b.id LIMIT 100
        """
    }

    /// Every look-up is one by a key, so that the time follows from the number of transfers: an
    /// account that many of them have in common is looked up once for each moment.
    /// What bounds moments keeps the look-ups out of the other months.
    private func postingDrifts(_ community: UUID, _ batches: [Int64]) -> SQL {
        """
        WITH leg AS MATERIALIZED (
            SELECT t.id AS transfer, t.coin, t.posted_at, l.account,
                   array_agg(l.amount ORDER BY l.amount) AS amounts, sum(l.amount) AS total
              FROM (SELECT t.id, t.coin, t.posted_at, t.accounts, t.amounts
                      FROM ledger.transfer t
                     WHERE t.community_id = \(community) AND t.batch = ANY (\(batches))
                    OFFSET 0) AS t
             CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS l (account, amount)
             GROUP BY t.id, t.coin, t.posted_at, l.account
        ), moment AS MATERIALIZED (
            SELECT p.* FROM (SELECT DISTINCT account, posted_at FROM leg) AS d
             CROSS JOIN LATERAL (
                    SELECT p.transfer_id, p.account_id, p.posted_at, p.seq, p.amount,
                           p.balance_after
                      FROM ledger.posting p
                     WHERE p.community_id = \(community) AND p.account_id = d.account
                       AND p.posted_at = d.posted_at OFFSET 0) AS p
        ), entry AS MATERIALIZED (
            SELECT leg.transfer, leg.account, p.posted_at, p.seq, p.amount, p.balance_after
              FROM leg
              JOIN moment p ON p.transfer_id = leg.transfer AND p.account_id = leg.account
               AND p.posted_at = leg.posted_at
        ), run AS MATERIALIZED (
            SELECT e.account, e.posted_at, e.seq, e.amount, e.balance_after,
                   lag(e.seq) OVER near AS seq_before,
                   lag(e.balance_after) OVER near AS balance_before
              FROM entry e WINDOW near AS (PARTITION BY e.account, e.posted_at ORDER BY e.seq)
        ), entries AS MATERIALIZED (
            SELECT transfer, account, array_agg(amount ORDER BY amount) AS amounts
              FROM entry GROUP BY transfer, account
        ), touched AS MATERIALIZED (
            SELECT a.* FROM (SELECT DISTINCT account FROM leg) AS d
             CROSS JOIN LATERAL (
                    SELECT * FROM ledger.account a
                     WHERE a.community_id = \(community) AND a.id = d.account OFFSET 0) AS a
        ), drift AS (
            (SELECT 'unbalanced-transfer' AS "check", leg.transfer AS subject,
                    '0 in each unit' AS expected, sum(leg.total)::text AS found
               FROM leg LEFT JOIN touched a ON a.id = leg.account
              GROUP BY leg.transfer, a.unit HAVING sum(leg.total) <> 0 LIMIT 100)
            UNION ALL
            (SELECT 'legs-without-postings', leg.transfer, leg.amounts::text,
                    coalesce(e.amounts::text, 'no postings')
               FROM leg
               LEFT JOIN entries e ON e.transfer = leg.transfer AND e.account = leg.account
               LEFT JOIN touched a ON a.id = leg.account
              WHERE e.amounts IS DISTINCT FROM leg.amounts OR a.coin IS DISTINCT FROM leg.coin
              LIMIT 100)
            UNION ALL
            (SELECT CASE WHEN e.seq <> e.seq_before + 1 THEN 'sequence'
                         ELSE 'running-balance' END, e.account,
                    '#' || e.seq_before + 1 || ' ' || e.balance_before::numeric + e.amount,
                    '#' || e.seq || ' ' || e.balance_after
               FROM (SELECT r.account, r.seq, r.amount, r.balance_after, r.seq_before,
                            r.balance_before
                       FROM run r WHERE r.seq = r.seq_before + 1
                     UNION ALL
                     -- What stands before it is not of the same batch, or should be.
                     SELECT r.account, r.seq, r.amount, r.balance_after, coalesce(b.seq, 0),
                            coalesce(b.balance_after, 0)
                       FROM run r
                       LEFT JOIN LATERAL (
                             SELECT p.seq, p.balance_after FROM ledger.posting p
                              WHERE p.community_id = \(community) AND p.account_id = r.account
                                AND p.posted_at <= (SELECT max(posted_at) FROM leg)
                                AND (p.posted_at, p.seq) < (r.posted_at, r.seq)
                              ORDER BY p.posted_at DESC, p.seq DESC LIMIT 1) AS b ON true
                      WHERE (r.seq = r.seq_before + 1) IS NOT TRUE) AS e
              WHERE e.seq <> e.seq_before + 1
                 OR e.balance_after <> e.balance_before::numeric + e.amount
              LIMIT 100)
            UNION ALL
            (SELECT 'posted-balance', a.id, '#' || p.seq || ' ' || p.balance_after,
                    '#' || a.seq || ' ' || a.posted
               FROM touched a
              CROSS JOIN LATERAL (
                    SELECT p.seq, p.balance_after FROM ledger.posting p
                     WHERE p.community_id = \(community) AND p.account_id = a.id
                       AND p.posted_at >= (SELECT min(posted_at) FROM leg)
                     ORDER BY p.posted_at DESC, p.seq DESC LIMIT 1) AS p
              WHERE p.seq <> a.seq OR p.balance_after <> a.posted LIMIT 100)
            UNION ALL
            (SELECT CASE WHEN posted > ceiling THEN 'ceiling' ELSE 'floor' END, id,
                    coalesce(floor::text, '…') || ' to ' || coalesce(ceiling::text, '…'),
                    posted || ', ' || held || ' held'
               FROM touched WHERE posted - held < floor OR posted > ceiling LIMIT 100)
        )
        SELECT \(community)::text, "check", subject::text, expected, found FROM drift
        """
    }
}
