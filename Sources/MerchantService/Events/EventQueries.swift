import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL that reads the events of merchants, which triggers write.
enum EventQueries {
    /// What of an event goes out, in the order in which `event` reads it.
    static let columns = """
        e.id, e.type, e.occurred_at, e.nr, e.merchant_id, e.subject_id, e.object_id, e.shop_id,
        e.terminal_id, e.coin, e.amount, c.digits
        """

    /// The last number given and the oldest that is kept, NULL for none.
    static func range(of merchant: UUID, _ community: UUID) -> SQL {
        """
        SELECT coalesce((SELECT c.last_nr FROM merchant.event_counter c
                          WHERE c.community_id = \(community) AND c.merchant_id = \(merchant)), 0),
               (SELECT min(e.nr) FROM merchant.event e
                 WHERE e.community_id = \(community) AND e.merchant_id = \(merchant)
                   AND e.nr IS NOT NULL)
        """
    }

    /// The events of a merchant, or of its till or its shops, between two numbers.
    static func list(
        of reader: EventReader,
        after: Int64,
        upTo: Int64,
        limit: Int
    ) -> SQL {
        """
        SELECT \(rawSQL: columns)
          FROM merchant.event e
          LEFT JOIN accounts.coin c ON c.community_id = e.community_id AND c.code = e.coin
         WHERE e.community_id = \(reader.community) AND e.merchant_id = \(reader.merchant)
           AND e.nr > \(after) AND e.nr <= \(upTo)
           AND (\(reader.terminal)::uuid IS NULL OR e.terminal_id = \(reader.terminal))
           AND (\(reader.shops)::uuid[] IS NULL OR e.shop_id = ANY (\(reader.shops)))
         ORDER BY e.nr LIMIT \(limit)
        """
    }

    @Sendable static func events(_ rows: Rows) throws -> [MerchantEvent] {
        try rows.map { row in
            let (
                id, type, occurredAt, nr, merchant, subject, object, shop, terminal, coin, amount,
                digits
            ) = try row.decode(
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
            return MerchantEvent(
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
                    amount: Self.amount(amount, coin, digits)
                )
            )
        }
    }

    /// An amount with its coin; nil where an event has none.
    static func amount(_ minorUnits: Int64?, _ coin: String?, _ digits: Int16?) -> Amount? {
        guard let minorUnits, let coin, let digits else { return nil }
        return Amount(minorUnits: minorUnits, coin: coin, digits: Int(digits))
    }

    /// Communities whose events wait for their numbers.
    static let unnumbered: SQL =
        "SELECT DISTINCT community_id FROM merchant.event WHERE nr IS NULL"

    static func number(_ community: UUID, atMost limit: Int) -> SQL {
        "SELECT merchant.number_events(\(community), \(Int32(limit)))"
    }
}
