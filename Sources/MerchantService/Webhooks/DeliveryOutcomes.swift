import API
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL that keeps what came of deliveries, and shows it.
extension DeliveryQueries {
    /// It arrived.
    static func delivered(_ due: Due, status: Int, _ connection: Connection) throws {
        let claim = due.claim
        try connection.execute(
            """
            UPDATE merchant.webhook_delivery
               SET state = 'delivered', attempts = attempts + 1, next_attempt_at = NULL,
                   first_attempt_at = coalesce(first_attempt_at, now()), last_attempt_at = now(),
                   last_status = \(Int16(clamping: status)), last_error = NULL
             WHERE community_id = \(claim.community) AND endpoint_id = \(claim.webhook)
               AND event_id = \(due.event.id.uuid) AND state = 'pending'
            """
        )
        try connection.execute(
            """
            UPDATE merchant.webhook_endpoint SET failing_since = NULL
             WHERE community_id = \(claim.community) AND id = \(claim.webhook)
               AND failing_since IS NOT NULL
            """
        )
    }

    /// It did not arrive, and is tried again after so many microseconds, or given up when nil.
    static func failed(
        _ due: Due,
        status: Int?,
        error: WebhookDeliveryError?,
        pause: Int64?,
        _ connection: Connection
    ) throws {
        let claim = due.claim
        try connection.execute(
            """
            UPDATE merchant.webhook_delivery
               SET state = CASE WHEN \(pause)::bigint IS NULL THEN 'given-up' ELSE 'pending' END,
                   attempts = attempts + 1,
                   next_attempt_at = now() + \(pause) * interval '1 microsecond',
                   first_attempt_at = coalesce(first_attempt_at, now()), last_attempt_at = now(),
                   last_status = \(status.map { Int16(clamping: $0) }),
                   last_error = \(error?.rawValue)
             WHERE community_id = \(claim.community) AND endpoint_id = \(claim.webhook)
               AND event_id = \(due.event.id.uuid) AND state = 'pending'
            """
        )
        try connection.execute(
            """
            UPDATE merchant.webhook_endpoint SET failing_since = coalesce(failing_since, now())
             WHERE community_id = \(claim.community) AND id = \(claim.webhook)
               AND failing_since IS NULL
            """
        )
    }

    /// Whether nothing at all arrived since this was tried first.
    static func isDead(_ due: Due, _ connection: Connection) throws -> Bool {
        let claim = due.claim
        return try connection.query(
            """
            SELECT coalesce(w.failing_since <= d.first_attempt_at, false)
              FROM merchant.webhook_delivery d
              JOIN merchant.webhook_endpoint w
                ON w.community_id = d.community_id AND w.id = d.endpoint_id
             WHERE d.community_id = \(claim.community) AND d.endpoint_id = \(claim.webhook)
               AND d.event_id = \(due.event.id.uuid)
            """
        ).first.map { try $0.decode(Bool.self) } ?? false
    }

    /// Puts events of a time on their way once more; what still waits is left as it is.
    static func replay(
        _ webhook: Webhook,
        _ community: UUID,
        from: Instant,
        until: Instant
    ) -> SQL {
        """
        INSERT INTO merchant.webhook_delivery AS d (community_id, endpoint_id, event_id, nr,
                                                    subject_id, next_attempt_at)
        SELECT e.community_id, \(webhook.id.uuid), e.id, e.nr, e.subject_id, now()
          FROM merchant.event e
         WHERE e.community_id = \(community) AND e.merchant_id = \(webhook.merchantId.uuid)
           AND e.nr IS NOT NULL AND e.occurred_at >= \(Timestamp(from))
           AND e.occurred_at < \(Timestamp(until))
           AND (\(webhook.types)::text[] IS NULL OR e.type = ANY (\(webhook.types)))
         ORDER BY e.nr LIMIT 10000
            ON CONFLICT (community_id, endpoint_id, event_id) DO UPDATE
           SET state = 'pending', attempts = 0, next_attempt_at = now(), first_attempt_at = NULL
         WHERE d.state <> 'pending'
        """
    }

    /// Tells the workers that there is something to deliver.
    static func wake(_ merchant: UUID) -> SQL {
        "SELECT pg_notify(\(EventRoutes.numbered), \(Identifier(merchant).description))"
    }

    static func list(of webhook: UUID, _ community: UUID, before: Int64?, limit: Int) -> SQL {
        """
        SELECT d.event_id, d.nr, e.type, d.state, d.attempts, d.last_status, d.last_error,
               d.last_attempt_at, d.next_attempt_at
          FROM merchant.webhook_delivery d
          JOIN merchant.event e ON e.community_id = d.community_id AND e.id = d.event_id
         WHERE d.community_id = \(community) AND d.endpoint_id = \(webhook)
           AND (\(before)::bigint IS NULL OR d.nr < \(before))
         ORDER BY d.nr DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func deliveries(_ rows: Rows) throws -> [WebhookDelivery] {
        try rows.map { row in
            let (event, nr, type, state, attempts, status, error, lastAt, nextAt) =
                try row.decode(
                    UUID.self,
                    Int64.self,
                    String.self,
                    String.self,
                    Int16.self,
                    Int16?.self,
                    String?.self,
                    Timestamp?.self,
                    Timestamp?.self
                )
            guard let known = WebhookDeliveryState(rawValue: state) else {
                throw PostgresError.decoding("unknown state of a delivery")
            }
            return WebhookDelivery(
                eventId: Identifier(event),
                nr: Int(nr),
                type: type,
                state: known,
                attempts: Int(attempts),
                lastStatus: status.map { Int($0) },
                lastError: error.flatMap { WebhookDeliveryError(rawValue: $0) },
                lastAttemptAt: lastAt.map { Instant($0) },
                nextAttemptAt: nextAt.map { Instant($0) }
            )
        }
    }
}
