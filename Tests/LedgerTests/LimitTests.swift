import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// What accounts may contain, and what a wallet may move in a day.
@Suite struct LimitTests {
    /// Puts pots under one holder of a class of their own.
    private func limit(
        _ pots: [UUID],
        spending: Int64?,
        receiving: Int64?,
        _ books: LedgerBooks
    ) async throws {
        let holder = UUID()
        try await books.ask(books.wallet) { community, connection in
            try Ledger.set(
                Ledger.HolderClass(
                    name: "klein",
                    timeZone: "Europe/Amsterdam",
                    dailySpending: spending,
                    dailyReceiving: receiving
                ),
                community: community,
                connection
            )
            try Ledger.setHolder(
                holder,
                class: "klein",
                accounts: pots,
                community: community,
                connection
            )
        }
    }

    /// What the only holder has moved today.
    private func day(_ books: LedgerBooks) async throws -> String {
        try await books.owner.query(
            """
            SELECT concat_ws(' ', spent, received) FROM ledger.holder
             WHERE community_id = \(books.community)
            """
        ) { try $0.one().decode(String.self) }
    }

    @Test func `spending counts payments and transfers over all pots of a wallet`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 1000, 0])
        let shop = try await books.shop()
        try await limit([pots[0], pots[1]], spending: 500, receiving: nil, books)
        let transfer = books.move(.transfer, from: pots[0], to: pots[2], 200)
        #expect(
            try await books.post(
                [transfer, books.move(.transfer, from: pots[0], to: pots[2], 301)],
                as: books.wallet
            ) == [.posted, .refused(.dailySpendingLimit, account: pots[0])]
        )
        #expect(
            try await books.post(
                [
                    books.payment(301, from: [pots[1]], to: shop),
                    books.payment(250, from: [pots[1]], to: shop),
                    books.payment(51, from: [pots[0], pots[1]], to: shop),
                    books.payment(50, from: [pots[0], pots[1]], to: shop),
                ],
                as: books.merchant
            ) == [
                .refused(.dailySpendingLimit, account: pots[1]), .posted,
                .refused(.dailySpendingLimit, account: pots[0]), .posted,
            ]
        )
        #expect(try await day(books) == "500 0")
        // A replay counts once; a refusal not at all.
        #expect(try await books.post([transfer], as: books.wallet) == [.replayed])
        #expect(try await day(books) == "500 0")
        // The next day begins at nothing.
        try await books.owner.execute(
            "UPDATE ledger.holder SET day = day - 1 WHERE community_id = \(books.community)"
        )
        #expect(
            try await books.post(
                [
                    books.move(.transfer, from: pots[0], to: pots[2], 500),
                    books.move(.transfer, from: pots[0], to: pots[2], 1),
                ],
                as: books.wallet
            ) == [.posted, .refused(.dailySpendingLimit, account: pots[0])]
        )
        #expect(try await day(books) == "500 0")
    }

    @Test func `a payment over two pots of a wallet counts whole`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 300])
        let shop = try await books.shop()
        try await limit(pots, spending: 500, receiving: nil, books)
        #expect(
            try await books.post(
                [
                    books.payment(501, from: pots, to: shop),
                    books.payment(500, from: pots, to: shop),
                ],
                as: books.merchant
            ) == [.refused(.dailySpendingLimit, account: pots[1]), .posted]
        )
    }

    @Test func `receiving counts transfers, not what a programme or a refund gives`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        let shop = try await books.shop()
        try await limit([pots[1]], spending: nil, receiving: 100, books)
        #expect(
            try await books.post(
                [
                    books.move(.transfer, from: pots[0], to: pots[1], 101),
                    books.move(.transfer, from: pots[0], to: pots[1], 100),
                    books.move(.transfer, from: pots[0], to: pots[1], 1),
                ],
                as: books.wallet
            ) == [
                .refused(.dailyReceivingLimit, account: pots[1]), .posted,
                .refused(.dailyReceivingLimit, account: pots[1]),
            ]
        )
        try await books.fund(500)
        #expect(
            try await books.post(
                [books.move(.disbursement, from: books.programme, to: pots[1], 500)],
                as: books.disbursement
            ) == [.posted]
        )
        let payment = books.payment(600, from: [pots[1]], to: shop)
        #expect(
            try await books.post(
                [
                    payment,
                    books.reversal(.refund, of: payment.id, from: shop, to: pots[1], 600),
                ],
                as: books.merchant
            ) == [.posted, .refused(.reversalExceeds, account: nil)]
        )
        #expect(
            try await books.post(
                [books.reversal(.refund, of: payment.id, from: shop, to: pots[1], 600)],
                as: books.merchant
            ) == [.posted]
        )
        #expect(try await day(books) == "600 100")
    }

    @Test func `a hold counts when it is placed, and its captures do not count again`()
        async throws
    {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        let (shop, hold) = (try await books.shop(), UUID())
        try await limit([pots[0]], spending: 500, receiving: nil, books)
        #expect(
            try await books.hold(UUID(), 501, from: [pots[0]], for: shop)
                == .refused(.dailySpendingLimit)
        )
        #expect(try await books.hold(hold, 400, from: [pots[0]], for: shop) == .done)
        #expect(try await books.hold(hold, 400, from: [pots[0]], for: shop) == .replayed)
        #expect(try await books.capture(hold, 300, for: shop) == .posted)
        #expect(try await day(books) == "400 0")
        #expect(
            try await books.post(
                [
                    books.move(.transfer, from: pots[0], to: pots[1], 101),
                    books.move(.transfer, from: pots[0], to: pots[1], 100),
                ],
                as: books.wallet
            ) == [.refused(.dailySpendingLimit, account: pots[0]), .posted]
        )
    }

    @Test func `a new class takes the day along, without limits nothing is refused`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        try await limit([pots[0]], spending: 100, receiving: 0, books)
        #expect(
            try await books.post(
                [
                    books.move(.transfer, from: pots[0], to: pots[1], 100),
                    books.move(.transfer, from: pots[1], to: pots[0], 1),
                ],
                as: books.wallet
            ) == [.posted, .refused(.dailyReceivingLimit, account: pots[0])]
        )
        let holder = try await books.owner.query(
            "SELECT id FROM ledger.holder WHERE community_id = \(books.community)"
        ) { try $0.one().decode(UUID.self) }
        try await books.ask(books.wallet) { community, connection in
            try Ledger.set(
                Ledger.HolderClass(
                    name: "groot",
                    timeZone: "UTC",
                    dailySpending: nil,
                    dailyReceiving: nil
                ),
                community: community,
                connection
            )
            try Ledger.setHolder(
                holder,
                class: "groot",
                accounts: [],
                community: community,
                connection
            )
        }
        #expect(
            try await books.post(
                [
                    books.move(.transfer, from: pots[0], to: pots[1], 900),
                    books.move(.transfer, from: pots[1], to: pots[0], 1000),
                ],
                as: books.wallet
            ) == [.posted, .posted]
        )
    }

    @Test func `many spenders of one wallet at once stay within the day`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 1000, 0])
        let shop = try await books.shop()
        try await limit([pots[0], pots[1]], spending: 500, receiving: nil, books)
        try await withThrowingTaskGroup { group in
            for number in 0..<20 {
                group.addTask {
                    let pot = pots[number % 2]
                    if number % 3 == 0 {
                        _ = try await books.post(
                            [books.move(.transfer, from: pot, to: pots[2], 40)],
                            as: books.wallet
                        )
                    } else {
                        _ = try await books.post(
                            [books.payment(40, from: [pot], to: shop)],
                            as: books.merchant
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        let moved = try await books.posted(pots[2]) + books.posted(shop)
        #expect(moved == 480)
        #expect(try await day(books) == "480 0")
    }

    @Test func `a balance stays between its least and its most`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        func set(_ pot: UUID, _ floor: Int64, _ ceiling: Int64?) async throws {
            try await books.ask(books.wallet) {
                try Ledger.setLimits(of: pot, floor: floor, ceiling: ceiling, community: $0, $1)
            }
        }
        try await set(pots[0], 300, nil)
        try await set(pots[1], 0, 500)
        #expect(
            try await books.post(
                [
                    books.move(.transfer, from: pots[0], to: pots[1], 501),
                    books.move(.transfer, from: pots[0], to: pots[1], 500),
                    books.move(.transfer, from: pots[0], to: pots[1], 1),
                    books.move(.transfer, from: pots[1], to: pots[0], 300),
                    books.move(.transfer, from: pots[0], to: pots[1], 300),
                ],
                as: books.wallet
            ) == [
                .refused(.aboveCeiling, account: pots[1]), .posted,
                .refused(.aboveCeiling, account: pots[1]), .posted, .posted,
            ]
        )
        try await set(pots[0], 400, nil)
        #expect(
            try await books.post(
                [books.move(.transfer, from: pots[0], to: pots[1], 101)],
                as: books.wallet
            ) == [.refused(.insufficientFunds, account: pots[0])]
        )
        await #expect(throws: LedgerRefusal.insufficientFunds) { try await set(pots[0], 501, nil) }
        await #expect(throws: LedgerRefusal.aboveCeiling) { try await set(pots[1], 0, 499) }
        await #expect(throws: LedgerRefusal.amountOutOfRange) { try await set(pots[1], 9, 8) }
        await #expect(throws: LedgerRefusal.unknownAccount) {
            try await set(books.programme, 0, nil)
        }
    }
}
