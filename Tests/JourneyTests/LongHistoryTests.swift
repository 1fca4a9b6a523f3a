import API
import Domain
import Foundation
import Ledger
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// Pages behind many postings.
@Suite struct LongHistoryTests {
    @Test func `a page reads as little behind a long history as behind a short one`()
        async throws
    {
        // Of its own: statistics are taken while nobody opens months.
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let resident = try await community.resident(with: "50.00")
            let friend = try await community.resident(with: "10.00")
            let pots = (try await resident.pot(), try await friend.pot())
            var configuration = try stack.databaseConfiguration(
                role: ServiceName.wallet.databaseRole
            )
            configuration.tenant = .community(community.id.uuid)
            let database = Database(
                configuration: configuration,
                logger: Logger(label: "history")
            )

            try await post(1000, between: pots, in: community, database)
            try await spread(4000, from: pots.0, in: community, database)
            let short = try await blocks(of: resident, in: community, database)
            try await post(20_000, between: pots, in: community, database)
            let long = try await blocks(of: resident, in: community, database)
            await database.shutDown()
            // A deeper index is one block more for each look-up; the whole history would be some
            // 1300 blocks more.
            #expect(long < short + 400, "\(short) blocks, then \(long)")
            try await expectPages(of: resident)
        }
    }

    /// Four pages follow one another without a gap or a repetition.
    private func expectPages(of resident: TestResident) async throws {
        var seen: Set<Identifier> = []
        var query = "limit=250"
        for _ in 0..<4 {
            let page = try await resident.phone.call(
                .listStatementLines,
                ["walletId": "\(resident.wallet)"],
                query: query
            ).decode(Page<StatementLine>.self)
            #expect(page.items.count == 250)
            seen.formUnion(page.items.map(\.transferId))
            query = "limit=250&cursor=\(try #require(page.next))"
        }
        #expect(seen.count == 1000)
    }

    /// Gives a cent to each of so many others, so that the planner expects few postings of a pot.
    private func spread(
        _ count: Int,
        from pot: UUID,
        in community: TestCommunity,
        _ database: Database
    ) async throws {
        for _ in 0..<count / 1000 {
            let others = (0..<1000).map { _ in UUID() }
            let verdicts = try await database.transaction { connection in
                try Ledger.openAccounts(
                    others,
                    .pot,
                    coin: TestCommunity.coin,
                    community: community.id.uuid,
                    connection
                )
                let proposals = others.map { Self.cent(from: pot, to: $0) }
                return try Ledger.post(proposals, community: community.id.uuid, connection).verdicts
            }
            #expect(verdicts.allSatisfy { $0 == .posted })
        }
    }

    private static func cent(from: UUID, to: UUID) -> TransferProposal {
        TransferProposal(
            id: UUID(),
            kind: .transfer,
            legs: [.exact(account: from, minorUnits: -1), .exact(account: to, minorUnits: 1)]
        )
    }

    /// Moves a cent to and fro.
    private func post(
        _ count: Int,
        between pots: (UUID, UUID),
        in community: TestCommunity,
        _ database: Database
    ) async throws {
        let (one, other) = pots
        for _ in 0..<count / 1000 {
            let proposals = (0..<1000).map { number in
                let (from, to) = number.isMultiple(of: 2) ? (one, other) : (other, one)
                return Self.cent(from: from, to: to)
            }
            let verdicts = try await database.transaction { connection in
                try Ledger.post(proposals, community: community.id.uuid, connection).verdicts
            }
            #expect(verdicts.allSatisfy { $0 == .posted })
        }
    }

    /// The blocks that a page of 20 lines reads when its plans are made.
    private func blocks(
        of resident: TestResident,
        in community: TestCommunity,
        _ database: Database
    ) async throws -> Int {
        let page: SQL = """
            EXPLAIN (ANALYZE, BUFFERS)
            SELECT * FROM wallet.statement(
                \(community.id.uuid), \(resident.wallet.uuid), NULL, NULL,
                \(resident.wallet.uuid), 0, NULL, 20)
            """
        try await community.stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            _ = try await owner.execute("ANALYZE ledger.posting, ledger.transfer")
        }
        return try await database.transaction { connection in
            _ = try connection.query(page)
            let lines = try connection.query(page).map { try $0.decode(String.self) }
            let first = try #require(lines.first { $0.contains("Buffers:") })
            return first.matches(of: #/(?:hit|read)=(\d+)/#).reduce(0) { $0 + (Int($1.1) ?? 0) }
        }
    }
}

extension TestResident {
    fileprivate func pot() async throws -> UUID {
        let wallet = try await phone.call(.getWallet, ["walletId": "\(wallet)"])
            .decode(Wallet.self)
        return try #require(wallet.pots.first).id.uuid
    }
}
