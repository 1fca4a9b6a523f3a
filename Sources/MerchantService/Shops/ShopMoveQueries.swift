import API
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL about shops that move.
enum ShopMoveQueries {
    /// A shop that the caller may change; throws 404 for any other.
    static func shop(
        _ id: UUID,
        _ community: UUID,
        for caller: Caller,
        _ connection: Connection
    ) throws -> Shop {
        let found = try ShopQueries.shops(connection.query(ShopQueries.find(id, community)))
        guard let shop = found.first,
            caller.may(.merchantsManage) || caller.party == shop.merchantId.uuid
        else { throw Problem.notFound("shop") }
        return shop
    }

    static func insert(
        _ act: RequestShopMove,
        _ request: ShopMoveRequest,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.shop_move (community_id, id, shop_id, address, longitude,
                                            latitude, radius_metres, requested_by, requested_at)
            VALUES (\(act.community), \(act.id), \(act.shop), \(request.address),
                    \(String(request.longitude))::text::float8,
                    \(String(request.latitude))::text::float8,
                    \(request.radiusMetres.map { Int32($0) }), \(act.caller.client),
                    \(Timestamp(act.now)))
            """
        )
    }

    /// Who asked for the move, which stands still until the transaction ends; `nil` without one.
    static func lock(_ act: DecideShopMove, _ connection: Connection) throws -> UUID? {
        try connection.query(
            """
            SELECT requested_by FROM merchant.shop_move
             WHERE community_id = \(act.community) AND id = \(act.move)
               AND shop_id = \(act.shop)
               FOR UPDATE
            """
        ).first.map { try $0.decode(UUID.self) }
    }

    /// Keeps the decision, and puts the new place in force when it is granted.
    static func decide(
        _ act: DecideShopMove,
        _ decision: ShopMoveDecision,
        _ connection: Connection
    ) throws {
        _ = try connection.query(
            """
            WITH decided AS (
                UPDATE merchant.shop_move
                   SET state = \(decision.grant ? "granted" : "rejected"),
                       decided_by = \(act.client), evidence = \(decision.evidence),
                       decided_at = \(Timestamp(act.now))
                 WHERE community_id = \(act.community) AND id = \(act.move)
                   AND state = 'requested'
                RETURNING *
            )
            UPDATE merchant.shop AS s
               SET address = d.address, longitude = d.longitude, latitude = d.latitude,
                   radius_metres = d.radius_metres, registered_by = d.requested_by,
                   verified_by = d.decided_by, verification_evidence = d.evidence,
                   verified_at = d.decided_at
              FROM decided d
             WHERE s.community_id = d.community_id AND s.id = d.shop_id
               AND d.state = 'granted'
            RETURNING s.id
            """
        )
    }

    private static let columns = """
        SELECT id, shop_id, address, longitude::text, latitude::text, radius_metres, state,
               requested_at, decided_at
          FROM merchant.shop_move
        """

    static func find(_ id: UUID, of shop: UUID, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
         WHERE community_id = \(community) AND id = \(id) AND shop_id = \(shop)
        """
    }

    static func list(of shop: UUID, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE community_id = \(community) AND shop_id = \(shop)
           AND (\(before)::uuid IS NULL OR id < \(before))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func moves(_ rows: Rows) throws -> [ShopMove] {
        try rows.map { row in
            let (
                id, shop, address, longitude, latitude, radius, state, requestedAt, decidedAt
            ) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                String.self,
                String.self,
                Int32?.self,
                String.self,
                Timestamp.self,
                Timestamp?.self
            )
            guard let state = ShopMoveState(rawValue: state) else {
                throw PostgresError.decoding("a move of no known state")
            }
            return ShopMove(
                id: Identifier(id),
                shopId: Identifier(shop),
                address: address,
                place: Place(
                    longitude: try ShopQueries.degrees(longitude),
                    latitude: try ShopQueries.degrees(latitude)
                ),
                radiusMetres: radius.map { Int($0) },
                state: state,
                requestedAt: Instant(requestedAt),
                decidedAt: decidedAt.map { Instant($0) }
            )
        }
    }
}
