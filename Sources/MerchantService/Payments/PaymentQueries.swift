import API
import Domain
import FoundationEssentials
import Locality
import Postgres
import ServiceKit

/// Which payments a list shows.
struct PaymentFilter: Sendable {
    let state: String?
    let from: Instant?
    let until: Instant?
    /// Only what was captured of this one.
    let reservation: UUID?
    let before: UUID?
}

/// SQL that reads payments.
enum PaymentQueries {
    private static let columns = """
        SELECT p.id, p.merchant_id, m.name, p.shop_id, s.name, p.terminal_id, p.coin, c.digits,
               p.amount, p.reference, p.challenge, p.state, p.requested_at, p.expires_at,
               p.accepted_at, p.payer_party_id, p.verdict, p.request_mandate_id, p.mandate_id,
               p.sponsored, p.refunded, p.owed, p.is_at_distance,
               p.hold_seconds, p.reservation_id, h.captured, h.expires_at, h.ended_at,
               p.vat_rates, p.vat_amounts
          FROM merchant.payment p
          JOIN merchant.merchant m ON m.community_id = p.community_id AND m.id = p.merchant_id
          JOIN merchant.shop s ON s.community_id = p.community_id AND s.id = p.shop_id
          JOIN accounts.coin c ON c.community_id = p.community_id AND c.code = p.coin
          LEFT JOIN merchant.hold h ON h.community_id = p.community_id AND h.payment_id = p.id
        """

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        "\(rawSQL: columns) WHERE p.community_id = \(community) AND p.id = \(id)"
    }

    /// A merchant's own payments, or those that a resident paid.
    static func list(
        _ community: UUID,
        _ caller: Caller,
        _ filter: PaymentFilter,
        at now: Instant,
        limit: Int
    ) -> SQL {
        """
        \(rawSQL: columns)
         WHERE p.community_id = \(community)
           AND (p.merchant_id = \(caller.party) OR p.payer_party_id = \(caller.party))
           AND (\(caller.shops)::uuid[] IS NULL
                OR p.shop_id = ANY (\(caller.shops)))
           AND (\(filter.state)::text IS NULL OR \(filter.state) = CASE
                WHEN p.state = 'requested' AND p.expires_at < \(Timestamp(now)) THEN 'expired'
                WHEN p.state = 'held' AND h.expires_at <= \(Timestamp(now))
                    THEN CASE WHEN h.captured > 0 THEN 'captured' ELSE 'expired' END
                ELSE p.state END)
           AND (\(filter.reservation)::uuid IS NULL
                OR p.reservation_id = \(filter.reservation))
           AND (\(filter.from.map { Timestamp($0) })::timestamptz IS NULL
                OR p.requested_at >= \(filter.from.map { Timestamp($0) }))
           AND (\(filter.until.map { Timestamp($0) })::timestamptz IS NULL
                OR p.requested_at < \(filter.until.map { Timestamp($0) }))
           AND (\(filter.before)::uuid IS NULL OR p.id < \(filter.before))
         ORDER BY p.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func payments(_ rows: Rows) throws -> [StoredPayment] {
        try rows.map { row in
            let (
                id, merchant, merchantName, shop, shopName, terminal, coin, digits, amount,
                reference, challenge, state, requestedAt, expiresAt, acceptedAt, payer, verdict,
                requestMandate, mandate, sponsored, refunded, owed, isAtDistance,
                holdSeconds, reservation, captured, heldUntil, endedAt, vatRates, vatAmounts
            ) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                UUID.self,
                String.self,
                UUID.self,
                String.self,
                Int16.self,
                Int64.self,
                String?.self,
                String.self,
                String.self,
                Timestamp.self,
                Timestamp.self,
                Timestamp?.self,
                UUID?.self,
                String?.self,
                UUID?.self,
                UUID?.self,
                Int64.self,
                Int64.self,
                Int64.self,
                Bool.self,
                Int32?.self,
                UUID?.self,
                Int64?.self,
                Timestamp?.self,
                Timestamp?.self,
                [Int32]?.self,
                [Int64]?.self
            )
            guard let state = StoredPayment.State(rawValue: state) else {
                throw PostgresError.decoding("unknown payment state")
            }
            let hold = captured.flatMap { captured in
                heldUntil.map {
                    StoredHold(
                        captured: captured,
                        expiresAt: Instant($0),
                        endedAt: endedAt.map { Instant($0) }
                    )
                }
            }
            return StoredPayment(
                id: id,
                merchant: NamedReference(id: Identifier(merchant), name: merchantName),
                shop: NamedReference(id: Identifier(shop), name: shopName),
                terminal: terminal,
                coin: coin,
                digits: Int(digits),
                amount: amount,
                reference: reference,
                challenge: challenge,
                state: state,
                requestedAt: Instant(requestedAt),
                expiresAt: Instant(expiresAt),
                acceptedAt: acceptedAt.map { Instant($0) },
                payer: payer,
                verdict: try verdict.map { try StoredJSON.decode($0) },
                requestMandate: requestMandate,
                mandate: mandate,
                sponsored: sponsored,
                refunded: refunded,
                owed: owed,
                isAtDistance: isAtDistance,
                holdSeconds: holdSeconds.map { Int($0) },
                hold: hold,
                reservation: reservation,
                vat: PaymentVAT(rates: vatRates, amounts: vatAmounts)
            )
        }
    }

    /// Where a terminal stands and what its shop accepts.
    struct Till {
        let merchant: NamedReference
        let shop: NamedReference
        let coin: String
        let place: ShopPlace
        /// While its shop is, nothing is paid there.
        let isSuspended: Bool
    }

    /// The till of a terminal at a moment; `nil` for a stranger.
    static func till(
        _ terminal: UUID,
        _ community: UUID,
        _ connection: Connection,
        at moment: Instant
    ) throws -> Till? {
        try connection.query(
            """
            SELECT m.id, m.name, s.id, s.name, m.coin, s.longitude::text, s.latitude::text,
                   s.verified_at IS NOT NULL, s.radius_metres,
                   merchant.is_open(s.opening, \(Timestamp(moment)), z.time_zone),
                   s.opening IS NOT NULL,
                   merchant.is_suspended(t.community_id, t.shop_id)
              FROM merchant.terminal t
              JOIN accounts.community z ON z.community_id = t.community_id
              JOIN merchant.shop s ON s.community_id = t.community_id AND s.id = t.shop_id
              JOIN merchant.merchant m ON m.community_id = s.community_id AND m.id = s.merchant_id
             WHERE t.community_id = \(community) AND t.id = \(terminal)
            """
        ).first.map { row in
            let (
                merchant, merchantName, shop, shopName, coin, longitude, latitude, isVerified,
                radius, isOpen, hasHours, isSuspended
            ) = try row.decode(
                UUID.self,
                String.self,
                UUID.self,
                String.self,
                String.self,
                String.self,
                String.self,
                Bool.self,
                Int32?.self,
                Bool.self,
                Bool.self,
                Bool.self
            )
            return Till(
                merchant: NamedReference(id: Identifier(merchant), name: merchantName),
                shop: NamedReference(id: Identifier(shop), name: shopName),
                coin: coin,
                place: try ShopPlace(
                    longitude: longitude,
                    latitude: latitude,
                    isVerified: isVerified,
                    radiusMetres: radius,
                    isOpen: isOpen,
                    hasHours: hasHours
                ),
                isSuspended: isSuspended
            )
        }
    }
}
