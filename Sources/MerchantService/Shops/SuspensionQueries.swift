import API
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL about shops that are suspended.
enum SuspensionQueries {
    /// Lets suspensions of one shop follow one another; false when there is no such shop.
    static func lockShop(
        _ shop: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Bool {
        try !connection.query(
            """
            SELECT FROM merchant.shop WHERE community_id = \(community) AND id = \(shop)
               FOR NO KEY UPDATE
            """
        ).isEmpty
    }

    static func insert(_ act: SuspendShop, because reason: String) -> SQL {
        """
        INSERT INTO merchant.shop_suspension (community_id, id, shop_id, reason, suspended_by,
                                              suspended_at)
        VALUES (\(act.community), \(act.id), \(act.shop), \(reason), \(act.client),
                \(Timestamp(act.now)))
        """
    }

    static func lift(_ id: UUID, _ act: ReinstateShop, because reason: String) -> SQL {
        """
        UPDATE merchant.shop_suspension
           SET lifted_by = \(act.client), lift_reason = \(reason),
               lifted_at = \(Timestamp(act.now))
         WHERE community_id = \(act.community) AND id = \(id)
        """
    }

    private static let columns = """
        SELECT id, shop_id, reason, suspended_at, lift_reason, lifted_at
          FROM merchant.shop_suspension
        """

    static func inForce(
        of shop: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> ShopSuspension? {
        try suspensions(
            connection.query(
                """
                \(rawSQL: columns)
                 WHERE community_id = \(community) AND shop_id = \(shop) AND lifted_at IS NULL
                """
            )
        ).first
    }

    static func list(of shop: UUID, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE community_id = \(community) AND shop_id = \(shop)
           AND (\(before)::uuid IS NULL OR id < \(before))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func suspensions(_ rows: Rows) throws -> [ShopSuspension] {
        try rows.map { row in
            let (id, shop, reason, suspendedAt, liftReason, liftedAt) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                Timestamp.self,
                String?.self,
                Timestamp?.self
            )
            return ShopSuspension(
                id: Identifier(id),
                shopId: Identifier(shop),
                reason: reason,
                suspendedAt: Instant(suspendedAt),
                liftReason: liftReason,
                liftedAt: liftedAt.map { Instant($0) }
            )
        }
    }
}
