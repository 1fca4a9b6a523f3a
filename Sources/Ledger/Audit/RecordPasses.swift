import FoundationEssentials
import Postgres

/// What services recorded of transfers against the transfers themselves.
///
/// A record without its transfer is drift; a transfer may well outlive its record.
extension CommunityAudit {
    mutating func auditRecords() throws {
        try auditAnswers()
        try auditPayments()
        try auditReservations()
    }

    /// Every answer that says "posted" names a transfer of its kind and its client.
    private mutating func auditAnswers() throws {
        try addDrifts(
            """
            WITH record AS (
                SELECT operation, client_id, result_id FROM wallet.idempotency_record
                 WHERE community_id = \(community) AND outcome = 'posted'
                UNION ALL
                SELECT operation, client_id, result_id FROM merchant.idempotency_record
                 WHERE community_id = \(community) AND outcome = 'posted'
            )
            SELECT 'record', r.operation || ' ' || coalesce(r.result_id::text, 'without result'),
                   'a ' || x.kind || ' of its client',
                   CASE WHEN t.id IS NULL THEN 'no transfer'
                        WHEN t.kind <> x.kind THEN 'a ' || t.kind
                        ELSE 'one of another client' END
              FROM record r
              JOIN (VALUES ('createTransfer', 'transfer'), ('acceptPayment', 'payment'),
                           ('refundPayment', 'refund')) AS x (operation, kind)
                ON x.operation = r.operation
              LEFT JOIN ledger.transfer t
                ON t.community_id = \(community) AND t.id = r.result_id
             WHERE t.id IS NULL OR t.kind <> x.kind OR t.client_id IS DISTINCT FROM r.client_id
             LIMIT \(rawSQL: limit)
            """
        )
    }

    /// Every payment that was made, and every refund, names a transfer of its kind and amount.
    private mutating func auditPayments() throws {
        try addDrifts(
            """
            WITH act AS (
                SELECT id, 'payment' AS kind, coin, amount, transfer_id, NULL::uuid AS related
                  FROM merchant.payment
                 WHERE community_id = \(community) AND state NOT IN ('requested', 'refused')
                   AND hold_seconds IS NULL
                UNION ALL
                SELECT f.id, 'refund', p.coin, f.amount, f.transfer_id, f.payment_id
                  FROM merchant.refund f
                  LEFT JOIN merchant.payment p
                    ON p.community_id = f.community_id AND p.id = f.payment_id
                 WHERE f.community_id = \(community) AND f.transfer_id IS NOT NULL
            ), paid AS (
                SELECT id, kind, coin, related_id,
                       (SELECT sum(amount) FROM unnest(amounts) AS amount WHERE amount > 0)
                           AS amount
                  FROM ledger.transfer
                 WHERE community_id = \(community) AND kind IN ('payment', 'refund')
            )
            SELECT 'payment', a.kind || ' ' || a.id,
                   'a transfer of ' || a.amount || ' ' || coalesce(a.coin, ''),
                   coalesce('a ' || t.kind || ' of ' || t.amount || ' ' || t.coin, 'no transfer')
              FROM act a
              LEFT JOIN paid t ON t.id = a.transfer_id
             WHERE t.kind IS DISTINCT FROM a.kind OR t.coin IS DISTINCT FROM a.coin
                OR t.amount IS DISTINCT FROM a.amount OR t.related_id IS DISTINCT FROM a.related
             LIMIT \(rawSQL: limit)
            """
        )
    }

    /// Every reservation that was accepted is a hold of the ledger, as far as that has come, and
    /// its captures are payments that took from it. What ran out may be noted here a moment later.
    private mutating func auditReservations() throws {
        try addDrifts(
            """
            WITH reservation AS (
                SELECT h.*, p.id, p.state AS payment_state
                  FROM (SELECT id, state FROM merchant.payment
                         WHERE community_id = \(community) AND hold_seconds IS NOT NULL
                           AND state NOT IN ('requested', 'refused')) AS p
                  FULL JOIN (SELECT community_id, payment_id, amount, captured, state, expires_at
                               FROM merchant.hold WHERE community_id = \(community)) AS h
                    ON h.payment_id = p.id
            ), capture AS (
                SELECT p.reservation_id, sum(p.amount) AS amount,
                       bool_and(t.hold_id IS NOT DISTINCT FROM p.reservation_id) AS is_of_hold
                  FROM merchant.payment p
                  LEFT JOIN ledger.transfer t
                    ON t.community_id = p.community_id AND t.id = p.transfer_id
                 WHERE p.community_id = \(community) AND p.reservation_id IS NOT NULL
                 GROUP BY p.reservation_id
            )
            SELECT 'reservation', coalesce(r.id, r.payment_id, c.reservation_id)::text,
                   coalesce(l.amount || ' ' || l.state || ', ' || l.remaining || ' left',
                            'no hold') || ', captures of ' || coalesce(c.amount, 0),
                   coalesce(r.amount || ' ' || r.state || ', ' || r.captured || ' captured, '
                            || coalesce(r.payment_state, 'no payment'), 'no reservation')
              FROM reservation r
              FULL JOIN capture c ON c.reservation_id = r.payment_id
              LEFT JOIN ledger.hold l
                ON l.community_id = \(community) AND l.id = r.payment_id
             WHERE l.amount IS DISTINCT FROM r.amount OR l.expires_at IS DISTINCT FROM r.expires_at
                OR coalesce(c.amount, 0) IS DISTINCT FROM r.captured
                OR c.is_of_hold IS FALSE
                OR l.state IS DISTINCT FROM r.state
                   AND NOT (r.state = 'held' AND l.state = 'expired')
                OR l.state = 'held' AND l.remaining <> r.amount - r.captured
                OR r.payment_state IS DISTINCT FROM CASE
                   WHEN r.state = 'held' THEN 'held'
                   WHEN r.captured > 0 THEN 'captured' ELSE r.state END
             LIMIT \(rawSQL: limit)
            """
        )
    }
}
