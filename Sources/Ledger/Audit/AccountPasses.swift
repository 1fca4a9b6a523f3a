import FoundationEssentials
import Postgres

/// What one pass over postings found of all accounts of one coin and kind.
struct AccountTotals {
    /// `nil` for postings on accounts that do not exist.
    let coin: String?
    let kind: String?
    let accounts: Int
    let postings: Int
    let sum: Int128
    /// The fingerprint of these postings as legs of transfers.
    let legs: Int128
}

/// Accounts against their postings.
///
/// The numbers and running balances of an account are right exactly when the pairs (number,
/// balance after), and (0, 0), are the pairs (number − 1, balance after − amount), and (count,
/// sum): each posting leads from one pair to the next, so together they are one way from nothing
/// to the balance. Both sides are compared as sums of 64-bit hashes, which needs no sorting.
extension CommunityAudit {
    mutating func auditAccounts() throws -> [AccountTotals] {
        var flagged: [UUID] = []
        let totals = try connection.query(
            """
            WITH summed AS MATERIALIZED (
                SELECT account_id, count(*) AS n, max(seq) AS latest_seq, sum(amount) AS sum,
                       min(balance_after) AS lowest, max(posted_at) AS latest,
                       sum(hash_record_extended(
                           ROW (transfer_id, account_id, amount, posted_at), \(key)))
                           AS legs,
                       sum(hash_record_extended(ROW (seq::numeric, balance_after::numeric),
                                                \(key))) AS reached,
                       sum(hash_record_extended(ROW (seq::numeric - 1,
                                                     balance_after::numeric - amount),
                                                \(key))) AS left_behind
                  FROM ledger.posting WHERE community_id = \(community) GROUP BY account_id
            ), compared AS (
                SELECT coalesce(a.id, s.account_id) AS id, a.coin, a.kind,
                       a.id IS NOT NULL AS is_known, s.n, s.sum, s.legs,
                       a.posted IS DISTINCT FROM coalesce(s.sum, 0)
                       OR a.seq IS DISTINCT FROM coalesce(s.latest_seq, 0)
                       OR s.n IS DISTINCT FROM s.latest_seq
                       OR a.last_posted_at IS DISTINCT FROM coalesce(s.latest, '-infinity')
                       OR a.floor IS NOT NULL AND s.lowest < 0
                       OR a.posted - a.held < a.floor OR a.posted > a.ceiling
                       OR s.reached + hash_record_extended(ROW (0::numeric, 0::numeric), \(key))
                          <> s.left_behind
                             + hash_record_extended(ROW (s.n::numeric, s.sum), \(key))
                           AS is_flagged
                  FROM summed s
                  FULL JOIN (SELECT * FROM ledger.account WHERE community_id = \(community)) AS a
                    ON a.id = s.account_id
            )
            SELECT coin, kind, count(*) FILTER (WHERE is_known), coalesce(sum(n), 0)::bigint,
                   coalesce(sum(sum), 0)::text, coalesce(sum(legs), 0)::text,
                   coalesce((array_agg(id) FILTER (WHERE is_flagged))[1:\(rawSQL: limit)], '{}')
              FROM compared GROUP BY coin, kind ORDER BY coin, kind
            """
        ).map { row in
            let (coin, kind, accounts, postings, sum, legs, suspects) = try row.decode(
                String?.self,
                String?.self,
                Int.self,
                Int.self,
                String.self,
                String.self,
                [UUID].self
            )
            flagged += suspects
            guard let sum = Int128(sum), let legs = Int128(legs) else {
                throw PostgresError.decoding("a sum beyond 128 bits")
            }
            return AccountTotals(
                coin: coin,
                kind: kind,
                accounts: accounts,
                postings: postings,
                sum: sum,
                legs: legs
            )
        }
        for totals in totals {
            report.accounts += totals.accounts
            report.postings += totals.postings
        }
        for account in flagged.prefix(AuditReport.largestList + 1) { try explain(account) }
        return totals
    }

    /// One more than the report keeps, to know that there are more.
    var limit: String { String(AuditReport.largestList + 1) }

    /// Walks one account, to say what is wrong with it and where first.
    private mutating func explain(_ account: UUID) throws {
        try addDrifts(
            """
            WITH walked AS (
                SELECT seq, posted_at, amount, balance_after,
                       lag(seq, 1, 0::bigint) OVER run AS seq_before,
                       lag(balance_after, 1, 0::bigint) OVER run::numeric AS balance_before
                  FROM ledger.posting
                 WHERE community_id = \(community) AND account_id = \(account)
                WINDOW run AS (ORDER BY seq, posted_at)
            ), summed AS (
                SELECT coalesce(max(seq), 0) AS latest_seq, coalesce(sum(amount), 0) AS sum,
                       coalesce(max(posted_at), '-infinity') AS latest,
                       min(balance_after) AS lowest
                  FROM walked
            ), stored AS (
                SELECT a.*, s.* FROM ledger.account a CROSS JOIN summed s
                 WHERE a.community_id = \(community) AND a.id = \(account)
            ), drift AS (
                (SELECT 'sequence' AS "check", '#' || seq AS place,
                        (seq_before + 1)::text AS expected, seq::text AS found
                   FROM walked WHERE seq <> seq_before + 1 ORDER BY seq LIMIT 1)
                UNION ALL
                (SELECT 'running-balance', '#' || seq, (balance_before + amount)::text,
                        balance_after::text
                   FROM walked WHERE balance_after <> balance_before + amount
                  ORDER BY seq LIMIT 1)
                UNION ALL
                SELECT 'sequence', NULL, latest_seq::text, seq::text
                  FROM stored WHERE seq <> latest_seq
                UNION ALL
                SELECT 'posted-balance', NULL, sum::text, posted::text
                  FROM stored WHERE posted <> sum
                UNION ALL
                SELECT 'moments', NULL, latest::text, last_posted_at::text
                  FROM stored WHERE last_posted_at <> latest
                UNION ALL
                SELECT 'floor', NULL, '0 or more at any time', lowest::text
                  FROM stored WHERE floor IS NOT NULL AND lowest < 0
                UNION ALL
                SELECT 'floor', NULL, floor || ' or more', (posted - held)::text
                  FROM stored WHERE posted - held < floor
                UNION ALL
                SELECT 'ceiling', NULL, ceiling || ' or less', posted::text
                  FROM stored WHERE posted > ceiling
                UNION ALL
                SELECT 'unknown-account', NULL, 'an account', 'postings up to ' || latest_seq
                  FROM summed WHERE NOT EXISTS (SELECT FROM stored)
            )
            SELECT "check", concat_ws(' ', \(account)::text, place), expected, found FROM drift
            """
        )
    }

    /// In the order of moments, numbers must rise: the primary key has that order.
    mutating func auditMoments() throws {
        try addDrifts(
            """
            SELECT 'moments', account_id::text || ' #' || min(seq), 'a later moment than before',
                   'an earlier one'
              FROM (SELECT account_id, seq, lag(seq) OVER (
                               PARTITION BY account_id ORDER BY posted_at, seq) AS seq_before
                      FROM ledger.posting WHERE community_id = \(community)) AS ordered
             WHERE seq < seq_before
             GROUP BY account_id ORDER BY account_id LIMIT \(rawSQL: limit)
            """
        )
    }
}
