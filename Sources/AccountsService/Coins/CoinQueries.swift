import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of coins.
enum CoinQueries {
    /// Touches no row when the community has the code already.
    static func insert(_ coin: Coin, community: UUID) -> SQL {
        """
        INSERT INTO accounts.coin (community_id, code, name, symbol, digits, peg, created_at)
        VALUES (\(community), \(coin.code), \(coin.name), \(coin.symbol), \(Int16(coin.digits)),
                \(coin.peg), \(Timestamp(coin.createdAt)))
        ON CONFLICT DO NOTHING
        """
    }

    static func coin(_ code: String, of community: UUID, at now: Instant) -> SQL {
        """
        SELECT c.code, c.name, c.symbol, c.digits, c.peg, c.created_at, p.rules
          FROM accounts.coin c
          LEFT JOIN LATERAL (
                SELECT rules FROM accounts.locality_policy l
                 WHERE l.community_id = c.community_id AND l.coin = c.code
                   AND l.valid_from <= \(Timestamp(now))
                 ORDER BY l.version DESC LIMIT 1) AS p ON true
         WHERE c.community_id = \(community) AND c.code = \(code)
        """
    }

    /// Newest first; coins made at the same moment by code.
    static func page(
        of community: UUID,
        after cursor: String?,
        limit: Int,
        at now: Instant
    ) -> SQL {
        """
        SELECT c.code, c.name, c.symbol, c.digits, c.peg, c.created_at, p.rules
          FROM accounts.coin c
          LEFT JOIN LATERAL (
                SELECT rules FROM accounts.locality_policy l
                 WHERE l.community_id = c.community_id AND l.coin = c.code
                   AND l.valid_from <= \(Timestamp(now))
                 ORDER BY l.version DESC LIMIT 1) AS p ON true
         WHERE c.community_id = \(community)
           AND (\(cursor) IS NULL
                OR (c.created_at, c.code) < (SELECT e.created_at, e.code FROM accounts.coin e
                                              WHERE e.community_id = \(community)
                                                AND e.code = \(cursor)))
         ORDER BY c.created_at DESC, c.code DESC LIMIT \(limit + 1)
        """
    }

    static func coins(_ rows: Rows) throws -> [Coin] {
        try rows.map { row in
            let (code, name, symbol, digits, peg, createdAt, rules) = try row.decode(
                String.self,
                String.self,
                String.self,
                Int16.self,
                String.self,
                Timestamp.self,
                String?.self
            )
            return Coin(
                code: code,
                name: name,
                symbol: symbol,
                digits: Int(digits),
                peg: peg,
                locality: try locality(rules),
                createdAt: Instant(createdAt)
            )
        }
    }

    private static func locality(_ rules: String?) throws -> CoinLocality {
        guard let rules else { return .unset }
        return try LocalityPolicyQueries.rules(rules) == [.borderless] ? .borderless : .geofenced
    }
}
