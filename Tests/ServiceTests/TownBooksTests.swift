import API
import Ledger
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// The books of towns in which everything was done that can be.
@Suite struct TownBooksTests {
    /// A town in which everybody acts in every way, and one in which coins move in every way.
    private func towns() async throws -> [TestCommunity] {
        [try await BusyTown.shared.community, try await MoneyTown.shared.community]
    }

    @Test func `every day has as much debit as credit, of each kind of transfer`() async throws {
        let owner = try await OpenedDatabase.shared.owner
        var seen: Set<String> = []
        for community in try await towns() {
            let days = try await owner.query(
                """
                SELECT j.kind, sum(j.debit)::bigint, sum(j.credit)::bigint
                  FROM disbursement.journal(\(community.id.uuid), \(TestCommunity.coin),
                                            '2000-01-01', '2100-01-01', now()) AS j
                 GROUP BY j.day, j.kind, j.unit
                """
            ) { rows in
                try rows.map { try $0.decode(String.self, Int64.self, Int64.self) }
            }
            for (kind, debit, credit) in days {
                #expect(debit == credit && debit > 0, "\(kind)")
            }
            seen.formUnion(days.map(\.0))
        }
        let proposed = try await owner.query("SELECT kind FROM ledger.transfer_rule") { rows in
            try rows.map { try $0.decode(String.self) }
        }
        // And those that the ledger alone decides on.
        let known = Set(proposed).union(["recall", "expiry", "depreciation", "payout"])
        #expect(known.count > proposed.count && seen == known, "\(known.subtracting(seen))")
    }

    @Test func `the watch has seen all that programmes paid, and has nothing to tell of it`()
        async throws
    {
        let opened = try await OpenedDatabase.shared
        let owner = opened.owner
        // That of the wallet service takes a twentieth of a core; this one makes no pauses.
        let watch = LedgerWatch(
            database: try #require(opened.services[.wallet]),
            schema: "wallet",
            logger: Logger(label: "watch")
        )
        for community in try await towns() {
            let id = community.id.uuid
            _ = try await eventually("the watch is done") {
                for _ in 0..<50 { try await watch() }
                return try await owner.query(
                    """
                    SELECT FROM ledger.chain c
                      LEFT JOIN wallet.ledger_check k
                        ON k.community_id = c.community_id AND k.lane = c.lane
                     WHERE c.community_id = \(id) AND c.nr > coalesce(k.nr, 0)
                    """
                ) { $0.isEmpty } ? true : nil
            }
            let told = try await owner.query(
                """
                SELECT subject || ': ' || expected || ', ' || found FROM wallet.ledger_drift
                 WHERE community_id = \(id) AND check_code = 'programme-payment'
                """
            ) { rows in try rows.map { try $0.decode(String.self) } }
            #expect(told.isEmpty, "\(told)")
        }
    }

    @Test func `what was funded of every programme is somewhere`() async throws {
        for community in try await towns() {
            var query = "limit=250"
            var programmes: [Programme] = []
            while true {
                let page = try await community.treasurer.call(.listProgrammes, query: query)
                    .decode(Page<Programme>.self)
                programmes += page.items
                guard let next = page.next else { break }
                query = "limit=250&cursor=\(next)"
            }
            #expect(!programmes.isEmpty)
            for programme in programmes {
                let told = try await community.commitments(of: programme.id)
                #expect(told.addsUp, "\(told)")
            }
        }
    }
}
