import FoundationEssentials
import Postgres

/// Holds the coins of a community against what their accounts were found to hold.
struct CoinReconciliation {
    let community: UUID
    let sums: [String: AccountWalk.CoinSums]

    func run(_ connection: Connection, into report: inout AuditReport) throws {
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
            compare(code, circulation: circulation, reserve: reserve, into: &report)
        }
    }

    private func compare(
        _ code: String,
        circulation: Int64,
        reserve: Int64,
        into report: inout AuditReport
    ) {
        let sums = self.sums[code] ?? AccountWalk.CoinSums()
        let derivedCirculation = -(sums.byKind["issuance"] ?? 0)
        let derivedReserve = sums.byKind["reserve"] ?? 0
        let elsewhere = sums.byKind
            .filter { !["issuance", "reserve", "bank"].contains($0.key) }
            .values.reduce(0, +)
        func require(_ check: AuditReport.Check, _ found: Int64, is expected: Int64) {
            if found != expected {
                report.add(
                    check,
                    community: community,
                    subject: code,
                    expected: expected,
                    found: found
                )
            }
        }
        require(.circulation, circulation, is: derivedCirculation)
        require(.reserve, reserve, is: derivedReserve)
        require(.coverage, derivedReserve, is: derivedCirculation)
        require(.whereabouts, elsewhere, is: derivedCirculation)
        report.coins.append(
            AuditReport.CoinBooks(
                communityId: community.uuidString.lowercased(),
                coin: code,
                circulationMinorUnits: derivedCirculation,
                reserveMinorUnits: derivedReserve,
                elsewhereMinorUnits: elsewhere,
                accounts: sums.accounts,
                postings: sums.postings
            )
        )
    }
}
