import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// Coins that lose value as time passes.
@Suite struct DepreciationTests {
    @Test(arguments: [1, 2, 3])
    func `what is left is what another computation says`(seed: UInt64) async throws {
        var random = SeededNumbers(seed)
        let books = try await LedgerBooks.open()
        for _ in 0..<300 {
            let method: DepreciationPolicy.Method =
                Bool.random(using: &random)
                ? .exponential(partsPerMillion: Int32.random(in: 1...1_000_000, using: &random))
                : .linear(periods: Int32.random(in: 1...60, using: &random))
            let model = DepreciationModel(
                method: method,
                period: .day,
                startsOn: Day(daysSince1970: 0),
                timeZone: "UTC"
            )
            let balance = Int64.random(in: 0...(1 << Int64.random(in: 1...53, using: &random)) - 1)
            let from = Int32.random(in: 0...70, using: &random)
            let until = from + Int32.random(in: 0...30, using: &random)
            let (name, parts, periods): (String, Int32?, Int32?) =
                switch method {
                case .exponential(let parts): ("exponential", parts, nil)
                case .linear(let periods): ("linear", nil, periods)
                }
            let left = try await books.wallet.query(
                """
                SELECT ledger.depreciated(\(balance), \(name), \(parts), \(periods), \(from),
                                          \(until))
                """
            ) { try $0.one().decode(Int64.self) }
            #expect(
                left == model.left(of: balance, from: Int(from), until: Int(until)),
                "seed \(seed): \(balance) \(method) \(from) \(until)"
            )
        }
    }

    @Test func `two percent a month of a hundred, and a hundred over four weeks`() {
        func left(_ method: DepreciationPolicy.Method, _ period: Int) -> Int64 {
            DepreciationModel(
                method: method,
                period: .month,
                startsOn: Day(daysSince1970: 0),
                timeZone: "UTC"
            ).left(of: 10_000, from: 0, until: period)
        }
        #expect(
            (0...4).map { left(.exponential(partsPerMillion: 20_000), $0) }
                == [10_000, 9800, 9604, 9412, 9224]
        )
        #expect((0...4).map { left(.linear(periods: 3), $0) } == [10_000, 6667, 3334, 0, 0])
    }

    @Test(arguments: DepreciationPolicy.Period.allCases)
    func `periods end at midnight where the coin is used`(
        period: DepreciationPolicy.Period
    ) async throws {
        var random = SeededNumbers(5)
        let books = try await LedgerBooks.open()
        for zone in ["UTC", "Europe/Amsterdam", "Pacific/Auckland", "America/St_Johns"] {
            let model = DepreciationModel(
                method: .linear(periods: 1),
                period: period,
                // From the 31st of January 2024.
                startsOn: Day(daysSince1970: 19_753 + Int32.random(in: 0...1, using: &random)),
                timeZone: zone
            )
            let first: Int64 = 1_706_000_000
            let moments = (0..<400).map { _ in
                // Around midnights, and anywhere.
                var second = Int64.random(in: first...first + 100_000_000, using: &random)
                if Bool.random(using: &random) {
                    second = second / 1800 * 1800 + Int64.random(in: -1...1, using: &random)
                }
                return Timestamp(microseconds: second * 1_000_000)
            }
            let passed = try await books.wallet.query(
                """
                SELECT array_agg(ledger.periods_passed(\(model.startsOn), \(period.rawValue),
                                                       \(zone), m.at) ORDER BY m.nr)
                  FROM unnest(\(moments)) WITH ORDINALITY AS m (at, nr)
                """
            ) { try $0.one().decode([Int32].self) }
            for (moment, periods) in zip(moments, passed) {
                #expect(Int(periods) == model.periods(at: moment), "\(zone) \(moment)")
            }
        }
    }

    /// A pot that came under a policy so many days ago, and has not moved since.
    private func pot(
        _ amount: Int64,
        _ method: DepreciationPolicy.Method,
        daysAgo: Int32,
        _ books: LedgerBooks
    ) async throws -> (pot: UUID, sink: UUID) {
        let pot = try await books.pots([amount])[0]
        let sink = try await books.open(.sink, as: books.wallet)
        let today = Int32(try await books.moment(after: 0).microseconds / 86_400_000_000)
        let policy = DepreciationPolicy(
            id: UUID(),
            coin: books.coin,
            method: method,
            period: .day,
            startsOn: Day(daysSince1970: today - daysAgo),
            timeZone: "UTC",
            sink: sink
        )
        try await books.ask(books.wallet) { community, connection in
            try Ledger.add(policy, community: community, connection)
            try Ledger.depreciate([pot], by: policy.id, community: community, connection)
        }
        try await books.owner.execute(
            """
            UPDATE ledger.account SET depreciated_from = 0, depreciated_periods = 0
             WHERE community_id = \(books.community) AND id = \(pot)
            """
        )
        return (pot, sink)
    }

    /// In the future: the past of these pots does not know that their policy was dated back.
    private func worth(_ pot: UUID, after seconds: Int64, _ books: LedgerBooks) async throws
        -> Int64?
    {
        let moment = try await books.moment(after: seconds)
        return try await books.ask(books.wallet) {
            try Ledger.worth(of: pot, at: moment, community: $0, $1)
        }
    }

    @Test func `a payment first posts what was lost`() async throws {
        let books = try await LedgerBooks.open()
        let (pot, sink) = try await pot(
            10_000,
            .exponential(partsPerMillion: 20_000),
            daysAgo: 3,
            books
        )
        let shop = try await books.shop()
        #expect(try await worth(pot, after: 5, books) == 9412)
        #expect(
            try await books.post(
                [
                    books.move(.payment, from: pot, to: shop, 9413),
                    books.move(.payment, from: pot, to: shop, 9000),
                ],
                as: books.merchant
            ) == [.refused(.insufficientFunds, account: pot), .posted]
        )
        #expect(try await books.posted(pot) == 412)
        #expect(try await books.posted(sink) == 588)
        #expect(try await worth(pot, after: 5, books) == 412)
        let statement = try await books.wallet.query(
            """
            SELECT string_agg(p.seq || ' ' || t.kind || ' ' || p.amount || ' ' || p.balance_after,
                              ', ' ORDER BY p.seq)
              FROM ledger.posting p
              JOIN ledger.transfer t ON t.community_id = p.community_id AND t.id = p.transfer_id
             WHERE p.community_id = \(books.community) AND p.account_id = \(pot)
            """
        ) { try $0.one().decode(String.self) }
        #expect(
            statement == "1 disbursement 10000 10000, 2 depreciation -588 9412, "
                + "3 payment -9000 412"
        )
        let circulation = try await books.posted(books.accounts.issuance)
        #expect(try await books.posted(shop) + 412 + 588 == -circulation)
    }

    @Test func `a worker posts losses; what a pot is worth does not change by that`() async throws {
        let books = try await LedgerBooks.open()
        let (pot, sink) = try await pot(1200, .linear(periods: 12), daysAgo: 5, books)
        #expect(try await worth(pot, after: 5, books) == 700)
        let later = try await worth(pot, after: 3 * 86_400, books)
        try await books.upkeep({ try await Ledger.depreciate($0) }) {
            try await books.posted(pot) == 700
        }
        #expect(try await books.posted(sink) == 500)
        #expect(try await worth(pot, after: 5, books) == 700)
        #expect(try await worth(pot, after: 3 * 86_400, books) == later)
        #expect(try await worth(pot, after: 40 * 86_400, books) == 0)
    }

    @Test func `held coins keep their value, and lose none for the time they were held`()
        async throws
    {
        let books = try await LedgerBooks.open()
        let (pot, sink) = try await pot(1000, .linear(periods: 10), daysAgo: 2, books)
        let (shop, hold) = (try await books.shop(), UUID())
        #expect(try await books.hold(hold, 500, from: [pot], for: shop) == .done)
        #expect(try await books.balance(pot) == Ledger.Balance(posted: 800, held: 500))
        // As if the hold had been there for two of three days.
        try await books.owner.execute(
            """
            UPDATE ledger.account SET depreciated_periods = 0
             WHERE community_id = \(books.community) AND id = \(pot)
            """
        )
        #expect(try await worth(pot, after: 5, books) == 240)
        #expect(try await books.void(hold) == .done)
        #expect(try await books.balance(pot) == Ledger.Balance(posted: 740, held: 0))
        #expect(try await worth(pot, after: 5, books) == 740)
        #expect(try await books.posted(sink) == 260)
    }

    @Test func `nothing falls below zero or below its least balance`() async throws {
        let books = try await LedgerBooks.open()
        let (pot, sink) = try await pot(
            100,
            .exponential(partsPerMillion: 1_000_000),
            daysAgo: 0,
            books
        )
        try await books.ask(books.wallet) {
            try Ledger.setLimits(of: pot, floor: 30, ceiling: nil, community: $0, $1)
        }
        #expect(try await worth(pot, after: 86_400 * 3, books) == 30)
        let days = try await books.moment(after: 86_400 * 3)
        try await books.owner.transaction { connection in
            _ = try connection.query(
                """
                SELECT ledger.depreciate_accounts(\(books.community), \([pot]), \(days))
                """
            )
        }
        #expect(try await books.posted(pot) == 30)
        #expect(try await books.posted(sink) == 70)
        try await books.ask(books.wallet) {
            try Ledger.setLimits(of: pot, floor: 0, ceiling: nil, community: $0, $1)
        }
        #expect(try await worth(pot, after: 86_400 * 9, books) == 0)
    }

    @Test func `a policy needs a sink of its coin and sound figures`() async throws {
        let books = try await LedgerBooks.open()
        let sink = try await books.open(.sink, as: books.wallet)
        for (method, sink) in [
            (DepreciationPolicy.Method.linear(periods: 0), sink),
            (.linear(periods: 5001), sink), (.exponential(partsPerMillion: 0), sink),
            (.exponential(partsPerMillion: 1_000_001), sink), (.linear(periods: 1), UUID()),
            (.linear(periods: 1), books.programme),
        ] {
            let policy = DepreciationPolicy(
                id: UUID(),
                coin: books.coin,
                method: method,
                period: .month,
                startsOn: Day(daysSince1970: 20_000),
                timeZone: "UTC",
                sink: sink
            )
            await #expect(throws: PostgresError.self) {
                try await books.ask(books.wallet) {
                    try Ledger.add(policy, community: $0, $1)
                }
            }
        }
    }
}
