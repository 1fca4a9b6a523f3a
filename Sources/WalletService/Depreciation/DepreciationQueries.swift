import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of depreciation policies.
enum DepreciationQueries {
    private static let columns = """
        d.id, d.coin, p.programme_id, d.method, d.period, d.parts_per_million, d.periods,
        d.starts_on::text, d.time_zone, d.sink_account_id, a.posted, c.digits, p.created_at
        """
    private static let joins = """
        JOIN ledger.depreciation d ON d.community_id = p.community_id AND d.id = p.id
        JOIN ledger.account a ON a.community_id = d.community_id AND a.id = d.sink_account_id
        JOIN accounts.coin c ON c.community_id = d.community_id AND c.code = d.coin
        """

    static func one(_ id: UUID, community: UUID) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM wallet.depreciation_policy p \(rawSQL: joins)
         WHERE p.community_id = \(community) AND p.id = \(id)
        """
    }

    static func page(of coin: String, community: UUID, after cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM wallet.depreciation_policy p \(rawSQL: joins)
         WHERE p.community_id = \(community) AND p.coin = \(coin)
           AND (\(cursor) IS NULL OR p.id < \(cursor))
         ORDER BY p.id DESC LIMIT \(limit + 1)
        """
    }

    static func policies(_ rows: Rows) throws -> [API.DepreciationPolicy] {
        try rows.map { row in
            let (
                id, coin, programme, method, period, parts, periods, startsOn, zone, sink, posted,
                digits, createdAt
            ) = try row.decode(
                UUID.self,
                String.self,
                UUID?.self,
                String.self,
                String.self,
                Int32?.self,
                Int32?.self,
                String.self,
                String.self,
                UUID.self,
                Int64.self,
                Int16.self,
                Timestamp.self
            )
            guard let method = DepreciationMethod(rawValue: method),
                let period = DepreciationPeriod(rawValue: period)
            else { throw PostgresError.decoding("unknown depreciation") }
            return API.DepreciationPolicy(
                id: Identifier(id),
                coin: coin,
                programmeId: programme.map(Identifier.init),
                method: method,
                period: period,
                partsPerMillion: parts.map(Int.init),
                periods: periods.map(Int.init),
                startsOn: startsOn,
                timeZone: zone,
                sinkId: Identifier(sink),
                depreciated: Amount(minorUnits: posted, coin: coin, digits: Int(digits)),
                createdAt: Instant(createdAt)
            )
        }
    }
}
