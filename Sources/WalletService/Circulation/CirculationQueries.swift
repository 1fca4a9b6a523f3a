import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of a coin's circulation.
enum CirculationQueries {
    /// Both figures stand in one row, hence belong to one moment.
    static func circulation(of coin: String, community: UUID) -> SQL {
        """
        SELECT k.code, c.digits, k.circulation, k.reserve, statement_timestamp()
          FROM ledger.coin k
          JOIN accounts.coin c ON c.community_id = k.community_id AND c.code = k.code
         WHERE k.community_id = \(community) AND k.code = \(coin)
        """
    }

    static func circulation(_ rows: Rows) throws -> Circulation? {
        try rows.first.map { row in
            let (code, digits, circulation, reserve, asOf) = try row.decode(
                String.self,
                Int16.self,
                Int64.self,
                Int64.self,
                Timestamp.self
            )
            return Circulation(
                coin: code,
                circulation: Amount(minorUnits: circulation, coin: code, digits: Int(digits)),
                reserve: EuroAmount(cents: reserve),
                asOfAt: Instant(asOf)
            )
        }
    }
}
