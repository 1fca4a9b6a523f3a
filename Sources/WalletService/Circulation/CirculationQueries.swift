import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of a coin's circulation.
enum CirculationQueries {
    /// Circulation and reserve stand in one row; all figures belong to one snapshot.
    static func circulation(of coin: String, community: UUID) -> SQL {
        """
        SELECT k.code, c.digits, k.circulation, k.reserve, statement_timestamp(),
               (SELECT coalesce(sum(a.posted), 0)::bigint FROM ledger.account a
                 WHERE a.community_id = k.community_id AND a.id IN (
                       SELECT d.sink_account_id FROM ledger.depreciation d
                        WHERE d.community_id = k.community_id AND d.coin = k.code))
          FROM ledger.coin k
          JOIN accounts.coin c ON c.community_id = k.community_id AND c.code = k.code
         WHERE k.community_id = \(community) AND k.code = \(coin)
        """
    }

    static func circulation(_ rows: Rows) throws -> Circulation? {
        try rows.first.map { row in
            let (code, digits, circulation, reserve, asOf, depreciated) = try row.decode(
                String.self,
                Int16.self,
                Int64.self,
                Int64.self,
                Timestamp.self,
                Int64.self
            )
            return Circulation(
                coin: code,
                circulation: Amount(minorUnits: circulation, coin: code, digits: Int(digits)),
                depreciated: Amount(minorUnits: depreciated, coin: code, digits: Int(digits)),
                reserve: EuroAmount(cents: reserve),
                asOfAt: Instant(asOf)
            )
        }
    }
}
