import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// Pots whose time is over.
@Suite struct PotExpiryTests {
    /// Lets pots expire a second ago; what is in them stays until a worker comes.
    private func expire(_ pots: [UUID], _ books: LedgerBooks) async throws {
        let moment = try await books.moment(after: -1)
        let programme = books.programme
        try await books.ask(books.disbursement) {
            try Ledger.setExpiry(of: pots, at: moment, returnsTo: programme, community: $0, $1)
        }
    }

    private func settle(_ pot: UUID, at balance: Ledger.Balance, _ books: LedgerBooks) async throws
    {
        try await books.upkeep({ try await Ledger.expirePots($0) }) {
            try await books.balance(pot) == balance
        }
    }

    @Test func `what is left in an expired pot returns to its programme`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 500, 0])
        try await expire([pots[0], pots[2]], books)
        try await settle(pots[0], at: Ledger.Balance(posted: 0, held: 0), books)
        #expect(try await books.posted(books.programme) == 300)
        #expect(try await books.posted(pots[1]) == 500)
        let kinds = try await books.owner.query(
            """
            SELECT string_agg(kind || ' ' || amounts::text, ', ' ORDER BY posted_at)
              FROM ledger.transfer
             WHERE community_id = \(books.community) AND \(pots[0]) = ANY (accounts)
               AND kind = 'expiry'
            """
        ) { try $0.one().decode(String?.self) }
        #expect(kinds == "expiry {-300,300}")
    }

    @Test func `an expired pot is neither credited nor debited, and drawn on for nothing`()
        async throws
    {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 500])
        let shop = try await books.shop()
        try await books.fund(50)
        let payment = books.payment(100, from: [pots[0]], to: shop)
        #expect(try await books.post([payment], as: books.merchant) == [.posted])
        let held = UUID()
        #expect(try await books.hold(held, 80, from: [pots[0]], for: shop) == .done)
        try await expire([pots[0]], books)
        let expired = PostingVerdict.refused(.accountExpired, account: pots[0])
        #expect(
            try await books.post(
                [
                    books.move(.transfer, from: pots[0], to: pots[1], 10),
                    books.move(.transfer, from: pots[1], to: pots[0], 10),
                ],
                as: books.wallet
            ) == [expired, expired]
        )
        #expect(
            try await books.post(
                [books.move(.disbursement, from: books.programme, to: pots[0], 10)],
                as: books.disbursement
            ) == [expired]
        )
        // The wallet's other pots pay, as if the expired one were empty.
        #expect(
            try await books.post(
                [
                    books.payment(501, from: pots, to: shop),
                    books.payment(400, from: pots, to: shop),
                ],
                as: books.merchant
            ) == [.refused(.insufficientFunds, account: nil), .posted]
        )
        #expect(
            try await books.hold(UUID(), 101, from: pots, for: shop)
                == .refused(.insufficientFunds)
        )
        #expect(try await books.hold(UUID(), 100, from: pots, for: shop) == .done)

        // What was held keeps its coins until it ends, and can be captured.
        try await settle(pots[0], at: Ledger.Balance(posted: 80, held: 80), books)
        #expect(try await books.capture(held, 30, for: shop) == .posted)
        #expect(try await books.void(held) == .done)
        try await settle(pots[0], at: Ledger.Balance(posted: 0, held: 0), books)

        // A refund reaches it all the same, and goes on to the programme.
        #expect(
            try await books.post(
                [books.reversal(.refund, of: payment.id, from: shop, to: pots[0], 100)],
                as: books.merchant
            ) == [.posted]
        )
        let before = try await books.posted(books.programme)
        #expect(before == 50 + 120 + 50 || before == 50 + 120 + 50 + 100)
        try await settle(pots[0], at: Ledger.Balance(posted: 0, held: 0), books)
        #expect(try await books.posted(books.programme) == 50 + 120 + 50 + 100)
    }

    @Test func `a pot under a least balance expires whole`() async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([300])[0]
        try await books.ask(books.wallet) {
            try Ledger.setLimits(of: pot, floor: 100, ceiling: nil, community: $0, $1)
        }
        try await expire([pot], books)
        try await settle(pot, at: Ledger.Balance(posted: 0, held: 0), books)
        #expect(try await books.posted(books.programme) == 300)
    }

    @Test func `workers at once return each pot once`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([Int64](repeating: 10, count: 40))
        try await expire(pots, books)
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<10 { _ = try await Ledger.expirePots(atMost: 7, books.wallet) }
                }
            }
            try await group.waitForAll()
        }
        try await books.upkeep({ try await Ledger.expirePots($0) }) {
            try await books.posted(books.programme) == 400
        }
        for pot in pots { #expect(try await books.posted(pot) == 0) }
    }

    @Test func `the wallet service does the upkeep by itself`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 500])
        let (shop, hold) = (try await books.shop(), UUID())
        #expect(try await books.hold(hold, 80, from: [pots[1]], for: shop) == .done)
        try await expire([pots[0]], books)
        try await books.owner.execute(
            """
            UPDATE ledger.hold SET expires_at = placed_at + interval '1 microsecond'
             WHERE community_id = \(books.community) AND id = \(hold)
            """
        )
        let ended = try await eventually("upkeep") {
            let state = try await books.stateOfHold(hold)
            let isReturned = try await books.posted(books.programme) == 300
            return state == "expired 0 0" && isReturned ? state : nil
        }
        #expect(ended == "expired 0 0")
    }
}
