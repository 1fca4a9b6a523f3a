import API
import Postgres
import TestSupport
import Testing

/// The books of a town in which everything was done that can be.
@Suite struct TownBooksTests {
    @Test func `every day has as much debit as credit, of each kind of transfer`() async throws {
        let community = try await BusyTown.shared.community
        let owner = try await OpenedDatabase.shared.owner
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
        #expect(
            Set(days.map(\.0)).isSuperset(of: [
                "funding", "commitment", "disbursement", "reservation", "payment", "transfer",
                "correction", "redemption", "settlement", "sponsoring", "promotion",
            ])
        )
    }

    @Test func `what was funded of every programme is somewhere`() async throws {
        let community = try await BusyTown.shared.community
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
