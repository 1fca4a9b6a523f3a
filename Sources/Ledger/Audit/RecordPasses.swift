import FoundationEssentials
import Postgres

/// What services recorded of transfers against the transfers themselves.
///
/// A record without its transfer is drift; a transfer may well outlive its record.
extension CommunityAudit {
    mutating func auditRecords() throws {
        try auditAnswers()
        try auditPayments()
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
                 WHERE community_id = \(community) AND state <> 'requested'
                UNION ALL
                SELECT f.id, 'refund', p.coin, f.amount, f.transfer_id, f.payment_id
                  FROM merchant.refund f
                  LEFT JOIN merchant.payment p
                    ON p.community_id = f.community_id AND p.id = f.payment_id
                 WHERE f.community_id = \(community)
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
}
