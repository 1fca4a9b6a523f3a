import API
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL about events on their way to webhooks.
enum DeliveryQueries {
    /// A webhook that one worker delivers to, until it is done or does nothing for half a minute.
    struct Claim: Sendable {
        let community: UUID
        let webhook: UUID
        let claim: UUID
    }

    /// One attempt to be made.
    struct Due: Sendable {
        let claim: Claim
        let url: String
        /// The current secret, and after a rotation the one before.
        let sealedSecrets: [[UInt8]]
        /// How often it was tried before.
        let attempts: Int
        let event: MerchantEvent
    }

    // Longer than one attempt takes.
    private static let lease = "interval '30 seconds'"

    /// What of a webhook `w` may be sent now: the earliest of each payment, so that nobody hears of
    /// a refund before the payment.
    private static let ready = """
        FROM merchant.webhook_delivery d
         WHERE d.community_id = w.community_id AND d.endpoint_id = w.id AND d.state = 'pending'
           AND d.next_attempt_at <= clock_timestamp()
           AND NOT EXISTS (
               SELECT FROM merchant.webhook_delivery b
                WHERE b.community_id = d.community_id AND b.endpoint_id = d.endpoint_id
                  AND b.subject_id = d.subject_id AND b.state = 'pending' AND b.nr < d.nr)
        """

    /// Takes webhooks that something can be sent to and that nobody delivers to now.
    static func claim(atMost most: Int) -> SQL {
        """
        UPDATE merchant.webhook_endpoint AS e
           SET claim = gen_random_uuid(),
               claimed_until = clock_timestamp() + \(rawSQL: lease)
          FROM (SELECT w.community_id, w.id FROM merchant.webhook_endpoint w
                 WHERE w.state = 'active'
                   AND (w.claimed_until IS NULL OR w.claimed_until < clock_timestamp())
                   AND EXISTS (SELECT \(rawSQL: ready))
                 LIMIT \(most) FOR NO KEY UPDATE SKIP LOCKED) AS free
         WHERE e.community_id = free.community_id AND e.id = free.id
        RETURNING e.community_id, e.id, e.claim
        """
    }

    @Sendable static func claims(_ rows: Rows) throws -> [Claim] {
        try rows.map { row in
            let (community, webhook, claim) = try row.decode(UUID.self, UUID.self, UUID.self)
            return Claim(community: community, webhook: webhook, claim: claim)
        }
    }

    /// The next thing to send, and another half a minute for it; no row when there is nothing, or
    /// when the claim is lost.
    static func next(_ claim: Claim) -> SQL {
        """
        WITH w AS (
            UPDATE merchant.webhook_endpoint
               SET claimed_until = clock_timestamp() + \(rawSQL: lease)
             WHERE community_id = \(claim.community) AND id = \(claim.webhook)
               AND claim = \(claim.claim) AND claimed_until > clock_timestamp()
               AND state = 'active'
            RETURNING community_id, id, url, secret_sealed,
                      CASE WHEN old_secret_until > clock_timestamp()
                           THEN old_secret_sealed END AS old_sealed
        )
        SELECT w.url, w.secret_sealed, w.old_sealed, n.attempts, \(rawSQL: EventQueries.columns)
          FROM w
         CROSS JOIN LATERAL (SELECT d.event_id, d.attempts \(rawSQL: ready)
                              ORDER BY d.nr LIMIT 1) AS n
          JOIN merchant.event e ON e.community_id = w.community_id AND e.id = n.event_id
          LEFT JOIN accounts.coin c ON c.community_id = e.community_id AND c.code = e.coin
        """
    }

    static func due(_ claim: Claim, _ rows: Rows) throws -> Due? {
        try rows.first.map { row in
            let (
                url, secret, old, attempts, id, type, occurredAt, nr, merchant, subject, object,
                shop, terminal, coin, amount, digits
            ) = try row.decode(
                String.self,
                [UInt8].self,
                [UInt8]?.self,
                Int16.self,
                UUID.self,
                String.self,
                Timestamp.self,
                Int64.self,
                UUID.self,
                UUID.self,
                UUID.self,
                UUID?.self,
                UUID?.self,
                String?.self,
                Int64?.self,
                Int16?.self
            )
            return Due(
                claim: claim,
                url: url,
                sealedSecrets: [secret, old].compactMap(\.self),
                attempts: Int(attempts),
                event: MerchantEvent(
                    id: Identifier(id),
                    type: type,
                    timestamp: Instant(occurredAt),
                    data: MerchantEventData(
                        nr: Int(nr),
                        merchantId: Identifier(merchant),
                        subjectId: Identifier(subject),
                        objectId: Identifier(object),
                        shopId: shop.map(Identifier.init),
                        terminalId: terminal.map(Identifier.init),
                        amount: EventQueries.amount(amount, coin, digits)
                    )
                )
            )
        }
    }

    /// Lets somebody else deliver to the webhook.
    static func release(_ claim: Claim) -> SQL {
        """
        UPDATE merchant.webhook_endpoint SET claim = NULL, claimed_until = NULL
         WHERE community_id = \(claim.community) AND id = \(claim.webhook)
           AND claim = \(claim.claim)
        """
    }
}
