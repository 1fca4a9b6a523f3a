import API
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL about webhooks.
enum WebhookQueries {
    private static let columns = """
        SELECT id, merchant_id, url, types, state, disabled_reason, disabled_at, failing_since,
               created_at,
               CASE WHEN old_secret_until > clock_timestamp() THEN old_secret_until END
          FROM merchant.webhook_endpoint
        """

    static func insert(
        _ webhook: Webhook,
        _ community: UUID,
        by client: UUID,
        sealed: [UInt8],
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.webhook_endpoint (community_id, id, merchant_id, url, types,
                                                   secret_sealed, created_by, created_at)
            VALUES (\(community), \(webhook.id.uuid), \(webhook.merchantId.uuid), \(webhook.url),
                    \(webhook.types), \(sealed), \(client), \(Timestamp(webhook.createdAt)))
            """
        )
    }

    /// How many webhooks of a merchant are in use; nobody else adds one until the transaction ends.
    static func countInUse(
        of merchant: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Int64 {
        let name = "merchant.webhook/\(Identifier(merchant))"
        _ = try connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\(name), 0))")
        return try connection.query(
            """
            SELECT count(*) FROM merchant.webhook_endpoint
             WHERE community_id = \(community) AND merchant_id = \(merchant) AND state = 'active'
            """
        ).one().decode(Int64.self)
    }

    /// A webhook of a merchant; no row when it is another's.
    static func find(_ id: UUID, of merchant: UUID, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
         WHERE community_id = \(community) AND merchant_id = \(merchant) AND id = \(id)
        """
    }

    static func list(of merchant: UUID, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE community_id = \(community) AND merchant_id = \(merchant)
           AND (\(before)::uuid IS NULL OR id < \(before))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func webhooks(_ rows: Rows) throws -> [Webhook] {
        try rows.map { row in
            let (
                id, merchant, url, types, state, reason, disabledAt, failingSince, createdAt,
                oldSecretUntil
            ) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                [String]?.self,
                String.self,
                String?.self,
                Timestamp?.self,
                Timestamp?.self,
                Timestamp.self,
                Timestamp?.self
            )
            guard let known = WebhookState(rawValue: state) else {
                throw PostgresError.decoding("unknown state of a webhook")
            }
            return Webhook(
                id: Identifier(id),
                merchantId: Identifier(merchant),
                url: url,
                types: types,
                state: known,
                disabledReason: reason.flatMap { WebhookDisabledReason(rawValue: $0) },
                disabledAt: disabledAt.map { Instant($0) },
                failingSince: failingSince.map { Instant($0) },
                createdAt: Instant(createdAt),
                oldSecretUntilAt: oldSecretUntil.map { Instant($0) }
            )
        }
    }

    /// The new secret signs from now on, the one before for another day.
    static func rotate(_ id: UUID, _ community: UUID, sealed: [UInt8]) -> SQL {
        """
        UPDATE merchant.webhook_endpoint
           SET old_secret_sealed = secret_sealed,
               old_secret_until = clock_timestamp() + interval '24 hours',
               secret_sealed = \(sealed)
         WHERE community_id = \(community) AND id = \(id)
        """
    }

    static func disable(_ id: UUID, _ community: UUID, _ reason: WebhookDisabledReason) -> SQL {
        "SELECT merchant.disable_webhook(\(community), \(id), \(reason.rawValue))"
    }

    static func enable(_ id: UUID, _ community: UUID) -> SQL {
        """
        UPDATE merchant.webhook_endpoint
           SET state = 'active', disabled_reason = NULL, disabled_at = NULL, failing_since = NULL
         WHERE community_id = \(community) AND id = \(id)
        """
    }

    /// A secret as it stands in a row.
    struct SealedSecrets: Sendable {
        let community: UUID
        let webhook: UUID
        let current: [UInt8]
        let old: [UInt8]?
    }

    /// The id of the key follows the first byte.
    static func sealed(underOtherThan key: [UInt8], after webhook: UUID?, limit: Int) -> SQL {
        """
        SELECT community_id, id, secret_sealed, old_secret_sealed FROM merchant.webhook_endpoint
         WHERE (substring(secret_sealed FROM 2 FOR 8) <> \(key)
                OR substring(old_secret_sealed FROM 2 FOR 8) <> \(key))
           AND (\(webhook)::uuid IS NULL OR id > \(webhook))
         ORDER BY id LIMIT \(limit)
           FOR NO KEY UPDATE SKIP LOCKED
        """
    }

    static func sealedSecrets(_ rows: Rows) throws -> [SealedSecrets] {
        try rows.map { row in
            let (community, webhook, current, old) = try row.decode(
                UUID.self,
                UUID.self,
                [UInt8].self,
                [UInt8]?.self
            )
            return SealedSecrets(
                community: community,
                webhook: webhook,
                current: current,
                old: old
            )
        }
    }

    static func reseal(_ row: SealedSecrets, as current: [UInt8], old: [UInt8]?) -> SQL {
        """
        UPDATE merchant.webhook_endpoint
           SET secret_sealed = \(current), old_secret_sealed = \(old)
         WHERE community_id = \(row.community) AND id = \(row.webhook)
        """
    }
}
