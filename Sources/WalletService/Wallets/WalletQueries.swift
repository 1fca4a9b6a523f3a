import API
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// A wallet without its pots.
struct WalletHeader: Sendable {
    let id: UUID
    let alias: String?
    let createdAt: Instant
}

/// A pot with what is in it.
struct PotBalance: Sendable {
    let id: UUID
    let wallet: UUID
    let coin: CoinDigits
    /// `nil` for free coins.
    let programme: UUID?
    let programmeName: String?
    let balance: Ledger.Balance
    let expiresAt: Timestamp?

    /// The pot as the holder sees it.
    var forAPI: Pot {
        Pot(
            id: Identifier(id),
            coin: coin.code,
            programmeId: programme.map(Identifier.init),
            programmeName: programmeName,
            posted: coin.amount(balance.posted),
            held: coin.amount(balance.held),
            available: coin.amount(balance.available),
            expiresAt: expiresAt.map(Instant.init)
        )
    }
}

/// The SQL of wallets and pots.
enum WalletQueries {
    static func wallet(_ id: UUID, of party: UUID, community: UUID) -> SQL {
        """
        SELECT id, alias, created_at FROM wallet.wallet
         WHERE community_id = \(community) AND id = \(id) AND party_id = \(party)
        """
    }

    static func page(of party: UUID, community: UUID, after cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT id, alias, created_at FROM wallet.wallet
         WHERE community_id = \(community) AND party_id = \(party)
           AND (\(cursor) IS NULL OR id < \(cursor))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    static func headers(_ rows: Rows) throws -> [WalletHeader] {
        try rows.map { row in
            let (id, alias, createdAt) = try row.decode(UUID.self, String?.self, Timestamp.self)
            return WalletHeader(id: id, alias: alias, createdAt: Instant(createdAt))
        }
    }

    /// The pots in spending order: earmarked coins first, oldest programme first, then free ones.
    /// As they stood at a moment, or stand now: at what the coins are worth.
    static func pots(of wallets: [UUID], community: UUID, at moment: Timestamp?) -> SQL {
        """
        SELECT p.id, p.wallet_id, p.coin, c.digits, p.programme_id, d.name, s.held, s.available,
               a.expires_at
          FROM wallet.pot p
          JOIN ledger.account a ON a.community_id = p.community_id AND a.id = p.id
          JOIN accounts.coin c ON c.community_id = p.community_id AND c.code = p.coin
          LEFT JOIN disbursement.programme d
            ON d.community_id = p.community_id AND d.id = p.programme_id
         CROSS JOIN LATERAL (
                -- Most pots need no computation.
                SELECT a.held, a.posted - a.held AS available
                 WHERE \(moment) IS NULL AND a.depreciation_id IS NULL AND a.expires_at IS NULL
                UNION ALL
                SELECT t.held, t.available
                  FROM ledger.standing_at(p.community_id, p.id,
                                          coalesce(\(moment), clock_timestamp())) AS t
                 WHERE \(moment) IS NOT NULL OR a.depreciation_id IS NOT NULL
                    OR a.expires_at IS NOT NULL) AS s
         WHERE p.community_id = \(community) AND p.wallet_id = ANY (\(wallets))
           AND p.created_at <= coalesce(\(moment), 'infinity')
         ORDER BY p.coin, p.programme_id IS NULL, p.created_at, p.id
        """
    }

    static func pots(_ rows: Rows) throws -> [PotBalance] {
        try rows.map { row in
            let (id, wallet, coin, digits, programme, name, held, available, expiresAt) =
                try row.decode(
                    UUID.self,
                    UUID.self,
                    String.self,
                    Int16.self,
                    UUID?.self,
                    String?.self,
                    Int64.self,
                    Int64.self,
                    Timestamp?.self
                )
            return PotBalance(
                id: id,
                wallet: wallet,
                coin: CoinDigits(code: coin, digits: Int(digits)),
                programme: programme,
                programmeName: name,
                balance: Ledger.Balance(posted: held + available, held: held),
                expiresAt: expiresAt
            )
        }
    }

    static func holder(alias: String, community: UUID) -> SQL {
        """
        SELECT w.alias, w.id, p.name
          FROM wallet.wallet w
          JOIN accounts.party p ON p.community_id = w.community_id AND p.id = w.party_id
         WHERE w.community_id = \(community) AND w.alias = \(alias)
        """
    }

    static func walletAlias(_ rows: Rows) throws -> WalletAlias? {
        try rows.first.map { row in
            let (alias, id, name) = try row.decode(String.self, UUID.self, String.self)
            return WalletAlias(
                alias: alias,
                walletId: Identifier(id),
                displayName: Initials.text(of: name)
            )
        }
    }
}
