import FoundationEssentials
import Postgres

/// The coins of a community against what their accounts were found to hold.
extension CommunityAudit {
    mutating func auditCoins(_ totals: [AccountTotals]) throws {
        let rows = try connection.query(
            """
            SELECT code, circulation, reserve FROM ledger.coin
             WHERE community_id = \(community) ORDER BY code
            """
        )
        for row in rows {
            let (code, circulation, reserve) = try row.decode(
                String.self,
                Int64.self,
                Int64.self
            )
            compare(
                code,
                totals.filter { $0.coin == code },
                circulation: Int128(circulation),
                reserve: Int128(reserve)
            )
        }
        // What depreciation takes stays issued and covered: it lies in a sink, and only there.
        try addDrifts(
            """
            SELECT 'depreciation', t.id::text, 'from an account into a sink',
                   l.amount || ' on ' || coalesce(a.kind, 'no account')
              FROM ledger.transfer t
             CROSS JOIN LATERAL unnest(t.accounts, t.amounts) AS l (account, amount)
              LEFT JOIN ledger.account a ON a.community_id = t.community_id AND a.id = l.account
             WHERE t.community_id = \(community) AND t.kind = 'depreciation'
               AND (l.amount > 0) IS DISTINCT FROM (a.kind = 'sink')
             LIMIT \(rawSQL: limit)
            """
        )
    }

    private mutating func compare(
        _ code: String,
        _ totals: [AccountTotals],
        circulation: Int128,
        reserve: Int128
    ) {
        func sum(_ isIncluded: (AccountTotals) -> Bool) -> Int128 {
            totals.filter(isIncluded).reduce(0) { $0 + $1.sum }
        }
        let derivedCirculation = -sum { $0.kind == "issuance" }
        let derivedReserve = sum { $0.kind == "reserve" }
        let elsewhere = sum { !["issuance", "reserve", "bank"].contains($0.kind) }
        require(.circulation, of: code, circulation, is: derivedCirculation)
        require(.reserve, of: code, reserve, is: derivedReserve)
        require(.coverage, of: code, derivedReserve, is: derivedCirculation)
        require(.whereabouts, of: code, elsewhere, is: derivedCirculation)
        report.coins.append(
            AuditReport.CoinBooks(
                communityId: community.uuidString.lowercased(),
                coin: code,
                circulationMinorUnits: Int64(clamping: derivedCirculation),
                reserveMinorUnits: Int64(clamping: derivedReserve),
                elsewhereMinorUnits: Int64(clamping: elsewhere),
                sunkMinorUnits: Int64(clamping: sum { $0.kind == "sink" }),
                accounts: totals.reduce(0) { $0 + $1.accounts },
                postings: totals.reduce(0) { $0 + $1.postings }
            )
        )
    }

    private mutating func require(
        _ check: AuditReport.Check,
        of coin: String,
        _ found: Int128,
        is expected: Int128
    ) {
        guard found != expected else { return }
        report.add(
            AuditReport.Drift(
                check: check,
                communityId: community.uuidString.lowercased(),
                subject: coin,
                expected: expected.description,
                found: found.description
            )
        )
    }
}
