import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of transfers between people.
enum TransferQueries {
    static func recipient(id: UUID, community: UUID) -> SQL {
        "SELECT id FROM wallet.wallet WHERE community_id = \(community) AND id = \(id)"
    }

    static func recipient(alias: String, community: UUID) -> SQL {
        "SELECT id FROM wallet.wallet WHERE community_id = \(community) AND alias = \(alias)"
    }

    /// A wallet's pots of a coin in spending order, as `WalletQueries.pots` has them.
    static func pots(of wallet: UUID, coin: String, community: UUID) -> SQL {
        """
        SELECT id FROM wallet.pot
         WHERE community_id = \(community) AND wallet_id = \(wallet) AND coin = \(coin)
         ORDER BY programme_id IS NULL, created_at, id
        """
    }

    /// The wallet's pot of free coins, made when it is missing.
    static func openFreePot(of wallet: UUID, coin: String, community: UUID) -> SQL {
        "SELECT pot_id FROM wallet.open_pots(\(community), \([wallet]), \(coin), NULL)"
    }

    static func insert(_ transfer: Transfer, minorUnits: Int64, community: UUID) -> SQL {
        """
        INSERT INTO wallet.transfer (community_id, id, from_wallet_id, to_wallet_id, coin, amount,
                                     reference, posted_at)
        VALUES (\(community), \(transfer.id.uuid), \(transfer.fromWalletId.uuid),
                \(transfer.toWalletId.uuid), \(transfer.amount.coin), \(minorUnits),
                \(transfer.reference), \(Timestamp(transfer.postedAt)))
        """
    }

    /// The transfer, when the party pays or receives it.
    static func transfer(_ id: UUID, of party: UUID, community: UUID) -> SQL {
        """
        SELECT t.id, t.from_wallet_id, t.to_wallet_id, t.amount, t.coin, c.digits, t.reference,
               t.posted_at
          FROM wallet.transfer t
          JOIN accounts.coin c ON c.community_id = t.community_id AND c.code = t.coin
         WHERE t.community_id = \(community) AND t.id = \(id)
           AND EXISTS (SELECT FROM wallet.wallet w
                        WHERE w.community_id = t.community_id AND w.party_id = \(party)
                          AND w.id IN (t.from_wallet_id, t.to_wallet_id))
        """
    }

    static func transfer(_ rows: Rows) throws -> Transfer? {
        try rows.first.map { row in
            let (id, from, to, amount, coin, digits, reference, postedAt) = try row.decode(
                UUID.self,
                UUID.self,
                UUID.self,
                Int64.self,
                String.self,
                Int16.self,
                String?.self,
                Timestamp.self
            )
            return Transfer(
                id: Identifier(id),
                fromWalletId: Identifier(from),
                toWalletId: Identifier(to),
                amount: Amount(minorUnits: amount, coin: coin, digits: Int(digits)),
                reference: reference,
                postedAt: Instant(postedAt)
            )
        }
    }
}
