import FoundationEssentials
import Postgres

/// What is kept and what was given back, against the transfers that say so.
extension CommunityAudit {
    mutating func auditHolds() throws {
        try addDrifts(
            """
            SELECT 'held', coalesce(a.id, p.account_id)::text, coalesce(p.remaining, 0)::text,
                   coalesce(a.held::text, 'no account')
              FROM (SELECT id, held FROM ledger.account WHERE community_id = \(community)) AS a
              FULL JOIN (SELECT account_id, sum(remaining) AS remaining FROM ledger.hold_part
                          WHERE community_id = \(community) GROUP BY account_id) AS p
                ON p.account_id = a.id
             WHERE a.held IS DISTINCT FROM coalesce(p.remaining, 0)
             LIMIT \(rawSQL: limit)
            """
        )
        try addDrifts(
            """
            WITH part AS (
                SELECT hold_id, sum(amount) AS amount, sum(remaining) AS remaining
                  FROM ledger.hold_part WHERE community_id = \(community) GROUP BY hold_id
            ), capture AS (
                SELECT t.hold_id, -sum(l.amount) AS amount
                  FROM ledger.transfer t
                 CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS l (account, amount)
                 WHERE t.community_id = \(community) AND t.hold_id IS NOT NULL AND l.amount < 0
                 GROUP BY t.hold_id
            )
            SELECT 'hold', coalesce(h.id, p.hold_id, c.hold_id)::text,
                   coalesce('of ' || h.amount || ' ' || h.remaining || ' left, ' || h.state,
                            'a hold'),
                   'parts of ' || coalesce(p.amount, 0) || ', '
                   || coalesce(p.remaining, 0) || ' left, '
                   || coalesce(c.amount, 0) || ' captured'
              FROM (SELECT * FROM ledger.hold WHERE community_id = \(community)) AS h
              FULL JOIN part p ON p.hold_id = h.id
              FULL JOIN capture c ON c.hold_id = coalesce(h.id, p.hold_id)
             WHERE h.id IS NULL OR p.amount IS DISTINCT FROM h.amount
                OR p.remaining IS DISTINCT FROM h.remaining
                OR coalesce(c.amount, 0) > h.amount
                OR h.state IN ('held', 'captured')
                   AND coalesce(c.amount, 0) <> h.amount - h.remaining
             LIMIT \(rawSQL: limit)
            """
        )
    }

    mutating func auditReversals() throws {
        try addDrifts(
            """
            WITH returned AS MATERIALIZED (
                SELECT t.related_id AS original, l.account, sum(l.amount) AS amount
                  FROM ledger.transfer t
                 CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS l (account, amount)
                 WHERE t.community_id = \(community) AND t.kind = ANY (ARRAY(
                       SELECT kind FROM ledger.transfer_rule WHERE reverses))
                 GROUP BY t.related_id, l.account
            ), named AS MATERIALIZED (
                SELECT t.id, t.kind, t.accounts, t.amounts FROM ledger.transfer t
                 WHERE t.community_id = \(community) AND t.id IN (
                       SELECT original FROM returned
                       UNION SELECT transfer_id FROM ledger.reversal
                              WHERE community_id = \(community))
            ), original AS (
                SELECT t.id AS original, l.account, sum(l.amount) AS amount,
                       bool_or(coalesce(k.reverses, false)) AS reverses
                  FROM named t
                  LEFT JOIN ledger.transfer_rule k ON k.kind = t.kind
                 CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS l (account, amount)
                 GROUP BY t.id, l.account
            ), compared AS (
                SELECT coalesce(r.original, s.transfer_id) AS original,
                       coalesce(r.account, s.account_id) AS account,
                       coalesce(r.amount, 0) AS returned, s.returned AS counted,
                       s.amount AS counted_of
                  FROM returned r
                  FULL JOIN (SELECT * FROM ledger.reversal
                              WHERE community_id = \(community)) AS s
                    ON s.transfer_id = r.original AND s.account_id = r.account
            ), judged AS (
                SELECT c.*, o.amount,
                       o.amount IS NULL OR o.reverses OR abs(c.returned) > abs(o.amount)
                       OR sign(c.returned) = sign(o.amount) AS is_above
                  FROM compared c
                  LEFT JOIN original o ON o.original = c.original AND o.account = c.account
            )
            SELECT CASE WHEN is_above THEN 'reversal-above-original' ELSE 'reversal' END,
                   coalesce(original::text, 'no original') || ' on ' || account,
                   CASE WHEN is_above THEN 'up to ' || -coalesce(amount, 0) || ' returned'
                        ELSE returned || ' of ' || amount || ' returned' END,
                   CASE WHEN is_above THEN returned || ' returned'
                        ELSE coalesce(counted || ' of ' || counted_of || ' counted', 'no count')
                        END
              FROM judged
             WHERE is_above OR counted IS DISTINCT FROM returned
                OR counted_of IS DISTINCT FROM amount
             LIMIT \(rawSQL: limit)
            """
        )
    }
}
