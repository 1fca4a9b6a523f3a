import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of corrections.
enum CorrectionQueries {
    static func coin(of transfer: UUID, community: UUID) -> SQL {
        """
        SELECT coin FROM ledger.transfer
         WHERE community_id = \(community) AND id = \(transfer)
        """
    }

    static func one(_ id: UUID, community: UUID) -> SQL {
        """
        SELECT t.id, t.related_id, t.coin, t.reference, t.posted_at,
               (SELECT sum(amount)::bigint FROM unnest(t.amounts) AS amount WHERE amount > 0)
          FROM ledger.transfer t
         WHERE t.community_id = \(community) AND t.id = \(id) AND t.kind = 'correction'
        """
    }

    static func correction(_ rows: Rows) throws -> Correction? {
        try rows.first.map { row in
            let (id, transfer, coin, reason, postedAt, amount) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                String.self,
                Timestamp.self,
                Int64.self
            )
            return Correction(
                id: Identifier(id),
                transferId: Identifier(transfer),
                amount: Amount(minorUnits: amount, coin: coin, digits: CoinDigits.pegged),
                reason: reason,
                postedAt: Instant(postedAt)
            )
        }
    }
}
