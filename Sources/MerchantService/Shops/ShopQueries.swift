import API
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL about shops.
enum ShopQueries {
    static func insert(
        _ act: RegisterShop,
        _ registration: ShopRegistration,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.shop (community_id, id, merchant_id, name, address, longitude,
                                       latitude, radius_metres, opening, registered_by,
                                       created_at)
            VALUES (\(act.community), \(act.id), \(registration.merchantId.uuid),
                    \(registration.name), \(registration.address),
                    \(String(registration.longitude))::float8,
                    \(String(registration.latitude))::float8,
                    \(registration.radiusMetres.map { Int32($0) }),
                    \(registration.openingTimes.map { WireJSON.text($0) })::text::jsonb,
                    \(act.caller.client), \(Timestamp(act.now)))
            """
        )
    }

    static func registrant(
        of shop: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> UUID? {
        try connection.query(
            """
            SELECT registered_by FROM merchant.shop
             WHERE community_id = \(community) AND id = \(shop)
            """
        ).first.map { try $0.decode(UUID.self) }
    }

    /// The first verification stands; a second one changes nothing.
    static func verify(
        _ act: VerifyShopPlace,
        evidence: String,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE merchant.shop
               SET verified_by = \(act.client), verification_evidence = \(evidence),
                   verified_at = \(Timestamp(act.now))
             WHERE community_id = \(act.community) AND id = \(act.shop) AND verified_at IS NULL
            """
        )
    }

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        """
        SELECT id, merchant_id, name, address, longitude::text, latitude::text, radius_metres,
               opening::text, verified_at, created_at,
               (SELECT x.suspended_at FROM merchant.shop_suspension x
                 WHERE x.community_id = shop.community_id AND x.shop_id = shop.id
                   AND x.lifted_at IS NULL)
          FROM merchant.shop WHERE community_id = \(community) AND id = \(id)
        """
    }

    static func list(_ community: UUID, merchant: UUID?, before: UUID?, limit: Int) -> SQL {
        """
        SELECT id, merchant_id, name, address, longitude::text, latitude::text, radius_metres,
               opening::text, verified_at, created_at,
               (SELECT x.suspended_at FROM merchant.shop_suspension x
                 WHERE x.community_id = shop.community_id AND x.shop_id = shop.id
                   AND x.lifted_at IS NULL)
          FROM merchant.shop
         WHERE community_id = \(community)
           AND (\(merchant)::uuid IS NULL OR merchant_id = \(merchant))
           AND (\(before)::uuid IS NULL OR id < \(before))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func shops(_ rows: Rows) throws -> [Shop] {
        try rows.map { row in
            let (
                id, merchant, name, address, longitude, latitude, radius, opening, verifiedAt,
                createdAt, suspendedAt
            ) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                String.self,
                String.self,
                String.self,
                Int32?.self,
                String?.self,
                Timestamp?.self,
                Timestamp.self,
                Timestamp?.self
            )
            return Shop(
                id: Identifier(id),
                merchantId: Identifier(merchant),
                name: name,
                address: address,
                place: Place(
                    longitude: try degrees(longitude),
                    latitude: try degrees(latitude)
                ),
                radiusMetres: radius.map { Int($0) },
                openingTimes: try opening.map { try StoredJSON.decode($0) },
                placeState: verifiedAt == nil ? .unverified : .verified,
                verifiedAt: verifiedAt.map { Instant($0) },
                suspendedAt: suspendedAt.map { Instant($0) },
                createdAt: Instant(createdAt)
            )
        }
    }

    // float8 as its shortest exact text: the database layer carries no floating point.
    static func degrees(_ text: String) throws -> Double {
        guard let value = Double(text) else {
            throw PostgresError.decoding("a coordinate is no number")
        }
        return value
    }
}
