import FoundationEssentials
import Postgres

/// Transfers against zero, and their legs against the postings.
extension CommunityAudit {
    mutating func auditTransfers(_ totals: [AccountTotals]) throws {
        try addDrifts(
            """
            SELECT 'unbalanced-transfer', id::text, '0',
                   (SELECT sum(amount)::text FROM unnest(amounts) AS amount)
              FROM ledger.transfer
             WHERE community_id = \(community)
               AND CASE cardinality(amounts)
                   WHEN 2 THEN amounts[1]::numeric + amounts[2]
                   ELSE (SELECT sum(amount) FROM unnest(amounts) AS amount) END <> 0
             LIMIT \(rawSQL: limit)
            """
        )
        // Few accounts are in euro; only their transfers can mix units.
        try addDrifts(
            """
            WITH mixed AS MATERIALIZED (
                SELECT t.id, t.accounts, t.amounts FROM ledger.transfer t
                 WHERE t.community_id = \(community) AND t.id IN (
                       SELECT p.transfer_id FROM ledger.posting p
                        WHERE p.community_id = \(community) AND p.account_id = ANY (ARRAY(
                              SELECT a.id FROM ledger.account a
                               WHERE a.community_id = \(community) AND a.unit = 'euro')))
            )
            SELECT 'unbalanced-transfer', m.id::text, '0',
                   sum(l.amount) || ' (' || a.unit || ')'
              FROM mixed m
             CROSS JOIN LATERAL unnest(m.accounts, m.amounts) AS l (account, amount)
              JOIN ledger.account a ON a.community_id = \(community) AND a.id = l.account
             WHERE (SELECT sum(amount) FROM unnest(m.amounts) AS amount) = 0
             GROUP BY m.id, a.unit HAVING sum(l.amount) <> 0
             LIMIT \(rawSQL: limit)
            """
        )
        if try !legsAgree(totals) { try explainLegs() }
    }

    /// Whether legs and postings have the same fingerprint: transfer, account, amount and moment
    /// of each, by coin. Most transfers have two legs, which need not be unnested.
    private mutating func legsAgree(_ totals: [AccountTotals]) throws -> Bool {
        var postings: [String: Int128] = [:]
        var isKnown = true
        for totals in totals {
            if let coin = totals.coin {
                postings[coin, default: 0] += totals.legs
            } else {
                isKnown = false
            }
        }
        var legs: [String: Int128] = [:]
        let rows = try connection.query(
            """
            SELECT coin, count(*),
                   (sum(hash_record_extended(ROW (id, accounts[1], amounts[1], posted_at),
                                             \(key)))
                    + sum(hash_record_extended(ROW (id, accounts[2], amounts[2], posted_at),
                                               \(key)))
                    + coalesce(sum(CASE WHEN cardinality(accounts) > 2 THEN (
                          SELECT sum(hash_record_extended(
                                     ROW (id, l.account, l.amount, posted_at), \(key)))
                            FROM unnest(accounts[3:], amounts[3:]) AS l (account, amount)) END),
                               0))::text
              FROM ledger.transfer WHERE community_id = \(community) GROUP BY coin
            """
        )
        for row in rows {
            let (coin, count, print) = try row.decode(String.self, Int.self, String.self)
            report.transfers += count
            legs[coin] = Int128(print)
        }
        return isKnown && postings.filter { $0.value != 0 } == legs.filter { $0.value != 0 }
    }

    /// Says which legs and postings have no counterpart.
    private mutating func explainLegs() throws {
        try addDrifts(
            """
            WITH entry AS (
                SELECT p.transfer_id AS transfer, p.account_id AS account, p.amount,
                       p.posted_at, coalesce(a.coin, '') AS coin, 1 AS side
                  FROM ledger.posting p
                  LEFT JOIN ledger.account a
                    ON a.community_id = p.community_id AND a.id = p.account_id
                 WHERE p.community_id = \(community)
                UNION ALL
                SELECT t.id, l.account, l.amount, t.posted_at, t.coin, -1
                  FROM ledger.transfer t
                 CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS l (account, amount)
                 WHERE t.community_id = \(community)
            ), uneven AS (
                SELECT transfer, account, amount, sum(side) AS surplus FROM entry
                 GROUP BY transfer, account, amount, posted_at, coin HAVING sum(side) <> 0
                 ORDER BY transfer, account LIMIT \(rawSQL: limit)
            )
            SELECT CASE WHEN surplus > 0 THEN 'postings-without-legs'
                        ELSE 'legs-without-postings' END,
                   transfer::text, CASE WHEN surplus > 0 THEN 'a leg' ELSE 'a posting' END,
                   amount || ' on ' || account
              FROM uneven
            """
        )
    }
}
