import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Which shifts a list shows.
struct ShiftFilter: Sendable {
    let shop: UUID?
    let state: String?
    let before: UUID?
}

/// SQL about shifts.
enum ShiftQueries {
    // What the ledger has moved counts, and nothing that is only promised.
    private static let columns = """
        SELECT s.id, s.shop_id, s.terminal_id, s.mandate_id, s.cashier_id, s.ends_rights,
               s.opened_at, s.closed_at, m.coin, c.digits, p.takings, p.count, r.refunds, r.count
          FROM merchant.shift s
          JOIN merchant.merchant m ON m.community_id = s.community_id AND m.id = s.merchant_id
          JOIN accounts.coin c ON c.community_id = m.community_id AND c.code = m.coin
         CROSS JOIN LATERAL (
               SELECT coalesce(sum(p.amount), 0)::bigint AS takings, count(*) AS count
                 FROM merchant.payment p
                WHERE p.community_id = s.community_id AND p.shift_id = s.id
                  AND EXISTS (SELECT FROM ledger.transfer t
                               WHERE t.community_id = p.community_id
                                 AND t.id = p.transfer_id)) AS p
         CROSS JOIN LATERAL (
               SELECT coalesce(-sum(r.amount), 0)::bigint AS refunds, count(*) AS count
                 FROM merchant.refund r
                WHERE r.community_id = s.community_id AND r.shift_id = s.id
                  AND EXISTS (SELECT FROM ledger.transfer t
                               WHERE t.community_id = r.community_id
                                 AND t.id = r.transfer_id)) AS r
        """

    /// The caller's merchant's own, of the shops that their mandate reaches.
    static func find(_ id: UUID, _ community: UUID, visibleTo caller: Caller) -> SQL {
        """
        \(rawSQL: columns)
         WHERE s.community_id = \(community) AND s.id = \(id)
           AND s.merchant_id = \(caller.party)
           AND (\(caller.shops)::uuid[] IS NULL OR s.shop_id = ANY (\(caller.shops)))
        """
    }

    static func list(
        _ community: UUID,
        visibleTo caller: Caller,
        _ filter: ShiftFilter,
        limit: Int
    ) -> SQL {
        """
        \(rawSQL: columns)
         WHERE s.community_id = \(community) AND s.merchant_id = \(caller.party)
           AND (\(caller.shops)::uuid[] IS NULL OR s.shop_id = ANY (\(caller.shops)))
           AND (\(filter.shop)::uuid IS NULL OR s.shop_id = \(filter.shop))
           AND (\(filter.state)::text IS NULL
                OR (\(filter.state) = 'open') = (s.closed_at IS NULL))
           AND (\(filter.before)::uuid IS NULL OR s.id < \(filter.before))
         ORDER BY s.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func shifts(_ rows: Rows) throws -> [Shift] {
        try rows.map { row in
            let (
                id, shop, terminal, mandate, cashier, endsRights, openedAt, closedAt, coin,
                digits, takings, takingsCount, refunds, refundsCount
            ) = try row.decode(
                UUID.self,
                UUID.self,
                UUID.self,
                UUID.self,
                UUID.self,
                Bool.self,
                Timestamp.self,
                Timestamp?.self,
                String.self,
                Int16.self,
                Int64.self,
                Int.self,
                Int64.self,
                Int.self
            )
            func amount(_ units: Int64) -> SignedAmount {
                SignedAmount(minorUnits: units, coin: coin, digits: Int(digits))
            }
            return Shift(
                id: Identifier(id),
                state: closedAt == nil ? .open : .closed,
                shopId: Identifier(shop),
                terminalId: Identifier(terminal),
                mandateId: Identifier(mandate),
                cashierId: Identifier(cashier),
                endsRights: endsRights,
                openedAt: Instant(openedAt),
                closedAt: closedAt.map { Instant($0) },
                takings: amount(takings),
                takingsCount: takingsCount,
                refunds: amount(refunds),
                refundsCount: refundsCount
            )
        }
    }

    /// Who is a merchant's cashier under a mandate that is in force for a shop.
    static func cashier(
        under mandate: UUID,
        of merchant: UUID,
        in shop: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> UUID? {
        try connection.query(
            "SELECT accounts.cashier(\(community), \(mandate), \(merchant), \(shop))"
        ).one().decode(UUID?.self)
    }

    /// Whether there is room for it: the till and the cashier have one open shift each.
    static func insert(_ shift: NewShift, _ connection: Connection) throws -> Bool {
        try connection.execute(
            """
            INSERT INTO merchant.shift (community_id, id, merchant_id, shop_id, terminal_id,
                                        mandate_id, cashier_id, ends_rights, opened_by, opened_at)
            VALUES (\(shift.community), \(shift.id), \(shift.merchant), \(shift.shop),
                    \(shift.terminal), \(shift.mandate), \(shift.cashier), \(shift.endsRights),
                    \(shift.openedBy), \(Timestamp(shift.openedAt)))
                ON CONFLICT DO NOTHING
            """
        ) == 1
    }

    /// Holds a shift still until the transaction ends.
    static func lock(_ id: UUID, _ community: UUID, _ connection: Connection) throws {
        _ = try connection.query(
            """
            SELECT FROM merchant.shift WHERE community_id = \(community) AND id = \(id)
               FOR NO KEY UPDATE
            """
        )
    }

    static func close(
        _ shift: Shift,
        endsRights: Bool,
        by client: UUID,
        at now: Instant,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE merchant.shift
               SET closed_at = greatest(opened_at, \(Timestamp(now))), closed_by = \(client),
                   ends_rights = \(endsRights)
             WHERE community_id = \(community) AND id = \(shift.id.uuid) AND closed_at IS NULL
            """
        )
    }

    static func endMandate(
        of shift: Shift,
        merchant: UUID,
        by client: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.query(
            """
            SELECT accounts.end_mandate_with_shift(\(community), \(shift.mandateId.uuid),
                                                   \(merchant), \(client))
            """
        )
    }
}

/// A shift that is about to be.
struct NewShift: Sendable {
    let community: UUID
    let id: UUID
    let merchant: UUID
    let shop: UUID
    let terminal: UUID
    let mandate: UUID
    let cashier: UUID
    let endsRights: Bool
    let openedBy: UUID
    let openedAt: Instant
}
