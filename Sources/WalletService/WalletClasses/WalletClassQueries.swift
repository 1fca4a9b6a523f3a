import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of classes of wallets.
enum WalletClassQueries {
    static func set(
        _ name: String,
        dailySpending: Int64?,
        dailyReceiving: Int64?,
        community: UUID
    ) -> SQL {
        """
        SELECT wallet.set_wallet_class(\(community), \(name), \(dailySpending),
                                       \(dailyReceiving))
        """
    }

    /// 'set', or what is unknown.
    static func put(_ wallet: UUID, into name: String, community: UUID) -> SQL {
        "SELECT wallet.set_class(\(community), \(wallet), \(name))"
    }

    /// The class that a wallet is in; no row without.
    static func className(of wallet: UUID, community: UUID) -> SQL {
        """
        SELECT h.class FROM ledger.holder h
         WHERE h.community_id = \(community) AND h.id = \(wallet)
        """
    }

    private static let columns = """
        c.name, c.daily_spending, c.daily_receiving, c.time_zone,
        (SELECT count(*) FROM ledger.holder h
          WHERE h.community_id = c.community_id AND h.class = c.name)
        """

    static func one(_ name: String, community: UUID) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM ledger.holder_class c
         WHERE c.community_id = \(community) AND c.name = \(name)
        """
    }

    static func page(community: UUID, after name: String?, limit: Int) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM ledger.holder_class c
         WHERE c.community_id = \(community) AND c.name COLLATE "C" > coalesce(\(name), '')
         ORDER BY c.name COLLATE "C" LIMIT \(limit + 1)
        """
    }

    static func classes(_ rows: Rows) throws -> [WalletClass] {
        try rows.map { row in
            let (name, spending, receiving, zone, wallets) = try row.decode(
                String.self,
                Int64?.self,
                Int64?.self,
                String.self,
                Int64.self
            )
            return WalletClass(
                name: name,
                dailySpending: spending.map(EuroAmount.init(cents:)),
                dailyReceiving: receiving.map(EuroAmount.init(cents:)),
                timeZone: zone,
                wallets: Int(wallets)
            )
        }
    }
}
