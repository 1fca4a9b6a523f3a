import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// Months of history, and balances at any moment.
@Suite struct HistoryTests {
    @Test func `months open ahead, each once`() async throws {
        let books = try await LedgerBooks.open()
        let (from, until) = (
            try await books.moment(after: 0), try await books.moment(after: 3 * 366 * 86_400)
        )
        let opened = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await Ledger.openMonths(from: from, until: until, books.wallet)
                }
            }
            return try await group.reduce(0, +)
        }
        #expect((0...12).contains(opened))
        #expect(try await Ledger.openMonths(from: from, until: until, books.wallet) == 0)
        for parent in ["posting", "transfer"] {
            let count = try await books.owner.query(
                """
                SELECT count(*) FROM pg_catalog.pg_inherits
                 WHERE inhparent = ('ledger.' || \(parent))::regclass
                   AND inhrelid::regclass::text ~ '_[0-9]{4}_[0-9]{2}$'
                """
            ) { try $0.one().decode(Int64.self) }
            #expect(count >= 36)
        }
        let endless = Timestamp(microseconds: from.microseconds + 4000 * 86_400_000_000)
        await #expect(throws: PostgresError.self) {
            try await Ledger.openMonths(from: from, until: endless, books.wallet)
        }
    }

    @Test func `a partition is as immutable as its table`() async throws {
        let books = try await LedgerBooks.open()
        _ = try await books.pots([10])
        let partition = try await books.owner.query(
            """
            SELECT tableoid::regclass::text FROM ledger.posting
             WHERE community_id = \(books.community) LIMIT 1
            """
        ) { try $0.one().decode(String.self) }
        for statement in ["DELETE FROM \(partition)", "UPDATE \(partition) SET amount = 1"] {
            do {
                _ = try await books.owner.execute("\(rawSQL: statement)")
                Issue.record("allowed: \(statement)")
            } catch let error as PostgresError {
                #expect(error.sqlState == "23000")
            }
        }
    }

    @Test func `posting goes on past the midnight of a month, and is found on both sides`()
        async throws
    {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        let now = try await books.moment(after: 0)
        // The ledger's next month begins at midnight of Greenwich.
        let midnight = try await books.owner.query(
            "SELECT date_trunc('month', \(now) + interval '32 days', 'UTC')"
        ) { try $0.one().decode(Timestamp.self) }
        let before = Timestamp(microseconds: midnight.microseconds - 1)
        for moment in [before, midnight] {
            try await books.advance(pots, to: moment)
            #expect(
                try await books.post(
                    [books.move(.transfer, from: pots[0], to: pots[1], 100)],
                    as: books.wallet
                ) == [.posted]
            )
        }
        let places = try await books.owner.query(
            """
            SELECT count(DISTINCT tableoid), max(seq) FROM ledger.posting
             WHERE community_id = \(books.community) AND account_id = \(pots[1])
            """
        ) { try $0.one().decode(Int64.self, Int64.self) }
        #expect(places.0 == 2 && places.1 == 2)
        for (moment, balance) in [
            (now, 0), (Timestamp(microseconds: before.microseconds - 1), 0), (before, 100),
            (midnight, 200), (Timestamp(microseconds: midnight.microseconds + 1_000_000), 200),
        ] as [(Timestamp, Int64)] {
            #expect(
                try await books.ask(books.wallet) {
                    try Ledger.balance(of: pots[1], at: moment, community: $0, $1)
                } == balance
            )
        }
    }

    @Test func `a balance at a moment is that of the last posting until then`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        var random = SeededNumbers(3)
        var moment = try await books.moment(after: 1)
        var history: [(Timestamp, Int64)] = []
        var balance: Int64 = 0
        for _ in 0..<30 {
            moment.microseconds += Int64.random(in: 1...86_400_000_000, using: &random)
            try await books.advance(pots, to: moment)
            let isBack = balance > 0 && Bool.random(using: &random)
            let amount = Int64.random(in: 1...(isBack ? balance : 1000 - balance), using: &random)
            let (from, to) = isBack ? (pots[1], pots[0]) : (pots[0], pots[1])
            #expect(
                try await books.post(
                    [books.move(.transfer, from: from, to: to, amount)],
                    as: books.wallet
                ) == [.posted]
            )
            balance += isBack ? -amount : amount
            history.append((moment, balance))
            if balance == 1000 { break }
        }
        for _ in 0..<100 {
            let asked = Timestamp(
                microseconds: Int64.random(
                    in: history[0].0.microseconds - 1_000_000...moment.microseconds,
                    using: &random
                )
            )
            let expected = history.last { $0.0 <= asked }?.1 ?? 0
            let told = try await books.ask(books.wallet) {
                try Ledger.balance(of: pots[1], at: asked, community: $0, $1)
            }
            #expect(told == expected)
            // Nothing loses value here, so what it was worth is the same.
            let worth = try await books.ask(books.wallet) {
                try Ledger.worth(of: pots[1], at: asked, community: $0, $1)
            }
            #expect(worth == expected)
        }
    }
}
