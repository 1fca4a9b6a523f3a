import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// Coins that are kept for a payee.
@Suite struct HoldTests {
    @Test func `a hold keeps coins from being spent, and a capture moves them`() async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([1000])[0]
        let (shop, hold) = (try await books.shop(), UUID())
        #expect(try await books.hold(hold, 700, from: [pot], for: shop) == .done)
        #expect(try await books.balance(pot) == Ledger.Balance(posted: 1000, held: 700))
        #expect(
            try await books.post(
                [
                    books.move(.payment, from: pot, to: shop, 301),
                    books.payment(301, from: [pot], to: shop),
                    books.payment(300, from: [pot], to: shop),
                ],
                as: books.merchant
            ) == [
                .refused(.insufficientFunds, account: pot),
                .refused(.insufficientFunds, account: nil), .posted,
            ]
        )
        #expect(try await books.capture(hold, 700, for: shop) == .posted)
        #expect(try await books.balance(pot) == Ledger.Balance(posted: 0, held: 0))
        #expect(try await books.posted(shop) == 1000)
        #expect(try await books.stateOfHold(hold) == "captured 0 0")
    }

    @Test func `captures take parts, never more than is left`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 500])
        let (shop, hold) = (try await books.shop(), UUID())
        #expect(try await books.hold(hold, 600, from: pots, for: shop) == .done)
        #expect(try await books.capture(hold, 200, for: shop) == .posted)
        #expect(try await books.capture(hold, 401, for: shop) == .refused(.aboveHold, account: nil))
        #expect(try await books.stateOfHold(hold) == "held 400 400")
        #expect(try await books.capture(hold, 400, for: shop) == .posted)
        #expect(try await books.capture(hold, 1, for: shop) == .refused(.holdEnded, account: nil))
        #expect(try await books.balance(pots[0]) == Ledger.Balance(posted: 0, held: 0))
        #expect(try await books.balance(pots[1]) == Ledger.Balance(posted: 200, held: 0))
        #expect(try await books.posted(shop) == 600)
    }

    @Test func `two captures in one batch share what is left`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 500])
        let (shop, hold) = (try await books.shop(), UUID())
        #expect(try await books.hold(hold, 600, from: pots, for: shop) == .done)
        func capture(_ amount: Int64) -> TransferProposal {
            TransferProposal(
                id: UUID(),
                kind: .payment,
                legs: [.exact(account: shop, minorUnits: amount)],
                hold: hold
            )
        }
        #expect(
            try await books.post([capture(350), capture(350), capture(250)], as: books.merchant)
                == [.posted, .refused(.aboveHold, account: nil), .posted]
        )
        #expect(try await books.stateOfHold(hold) == "captured 0 0")
        #expect(try await books.balance(pots[1]) == Ledger.Balance(posted: 200, held: 0))
    }

    @Test func `what is voided goes back to the pots it came from`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 500])
        let (shop, hold) = (try await books.shop(), UUID())
        #expect(try await books.hold(hold, 600, from: pots, for: shop) == .done)
        #expect(try await books.capture(hold, 100, for: shop) == .posted)
        #expect(try await books.void(hold) == .done)
        #expect(try await books.void(hold) == .replayed)
        #expect(try await books.balance(pots[0]) == Ledger.Balance(posted: 200, held: 0))
        #expect(try await books.balance(pots[1]) == Ledger.Balance(posted: 500, held: 0))
        #expect(try await books.capture(hold, 1, for: shop) == .refused(.holdEnded, account: nil))
        #expect(try await books.void(UUID()) == .refused(.holdEnded))
    }

    @Test func `a hold that was captured whole cannot be voided`() async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([300])[0]
        let (shop, hold) = (try await books.shop(), UUID())
        #expect(try await books.hold(hold, 300, from: [pot], for: shop) == .done)
        #expect(try await books.capture(hold, 300, for: shop) == .posted)
        #expect(try await books.void(hold) == .refused(.holdEnded))
        #expect(try await books.posted(shop) == 300)
    }

    @Test func `a hold, a capture and a void are done once however often asked`() async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([1000])[0]
        let (shop, other) = (try await books.shop(), try await books.shop())
        let (hold, capture) = (UUID(), UUID())
        #expect(try await books.hold(hold, 600, from: [pot], for: shop) == .done)
        #expect(try await books.hold(hold, 600, from: [pot], for: shop) == .replayed)
        #expect(try await books.hold(hold, 601, from: [pot], for: shop) == .refused(.conflict))
        #expect(try await books.hold(hold, 600, from: [pot], for: other) == .refused(.conflict))
        #expect(try await books.capture(hold, 250, for: shop, id: capture) == .posted)
        #expect(try await books.capture(hold, 250, for: shop, id: capture) == .replayed)
        #expect(
            try await books.capture(hold, 251, for: shop, id: capture)
                == .refused(.conflict, account: nil)
        )
        #expect(try await books.capture(hold, 350, for: shop) == .posted)
        // Also when nothing is held any more.
        #expect(try await books.capture(hold, 250, for: shop, id: capture) == .replayed)
        #expect(try await books.hold(hold, 600, from: [pot], for: shop) == .replayed)
        #expect(try await books.balance(pot) == Ledger.Balance(posted: 400, held: 0))
        #expect(try await books.posted(shop) == 600)
    }

    @Test func `only the payee of a hold captures it`() async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([1000])[0]
        let (shop, other, hold) = (try await books.shop(), try await books.shop(), UUID())
        #expect(try await books.hold(hold, 600, from: [pot], for: shop) == .done)
        #expect(
            try await books.capture(hold, 100, for: other) == .refused(.forbidden, account: nil)
        )
        #expect(
            try await books.capture(UUID(), 100, for: shop) == .refused(.holdEnded, account: nil)
        )
    }

    @Test func `a capture may give part of it to a fee`() async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([1000])[0]
        let (shop, hold) = (try await books.shop(), UUID())
        let fee = try await books.open(.fee, as: books.merchant)
        #expect(try await books.hold(hold, 600, from: [pot], for: shop) == .done)
        let capture = TransferProposal(
            id: UUID(),
            kind: .payment,
            legs: [
                .exact(account: shop, minorUnits: 590), .exact(account: fee, minorUnits: 10),
            ],
            hold: hold
        )
        #expect(try await books.post([capture], as: books.merchant) == [.posted])
        #expect(try await books.posted(fee) == 10)
        #expect(try await books.balance(pot) == Ledger.Balance(posted: 400, held: 0))
    }

    @Test func `a hold needs available coins of accounts that may pay`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 200])
        let shop = try await books.shop()
        #expect(
            try await books.hold(UUID(), 501, from: pots, for: shop)
                == .refused(.insufficientFunds)
        )
        #expect(
            try await books.hold(UUID(), 10, from: [UUID()], for: shop)
                == .refused(.unknownAccount)
        )
        #expect(
            try await books.hold(UUID(), 10, from: [shop], for: pots[0]) == .refused(.forbidden)
        )
        #expect(
            try await books.hold(UUID(), 0, from: pots, for: shop) == .refused(.amountOutOfRange)
        )
        #expect(try await books.hold(UUID(), 400, from: pots, for: shop) == .done)
        #expect(
            try await books.hold(UUID(), 101, from: pots, for: shop)
                == .refused(.insufficientFunds)
        )
        #expect(try await books.balance(pots[0]) == Ledger.Balance(posted: 300, held: 300))
        #expect(try await books.balance(pots[1]) == Ledger.Balance(posted: 200, held: 100))
    }

    @Test func `a least balance is kept beside what is held`() async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([1000])[0]
        let (shop, hold) = (try await books.shop(), UUID())
        try await books.ask(books.wallet) {
            try Ledger.setLimits(of: pot, floor: 200, ceiling: nil, community: $0, $1)
        }
        #expect(
            try await books.hold(UUID(), 801, from: [pot], for: shop)
                == .refused(.insufficientFunds)
        )
        #expect(try await books.hold(hold, 500, from: [pot], for: shop) == .done)
        #expect(
            try await books.post([books.payment(301, from: [pot], to: shop)], as: books.merchant)
                == [.refused(.insufficientFunds, account: nil)]
        )
        #expect(
            try await books.post([books.payment(300, from: [pot], to: shop)], as: books.merchant)
                == [.posted]
        )
        #expect(try await books.capture(hold, 500, for: shop) == .posted)
        #expect(try await books.balance(pot) == Ledger.Balance(posted: 200, held: 0))
    }

    @Test func `a hold whose time is over goes back, and cannot be captured before either`()
        async throws
    {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 500])
        let (shop, hold, young) = (try await books.shop(), UUID(), UUID())
        #expect(try await books.hold(hold, 400, from: pots, for: shop) == .done)
        #expect(try await books.hold(young, 100, from: pots, for: shop) == .done)
        #expect(try await books.capture(hold, 50, for: shop) == .posted)
        try await books.owner.execute(
            """
            UPDATE ledger.hold SET expires_at = placed_at + interval '1 microsecond'
             WHERE community_id = \(books.community) AND id = \(hold)
            """
        )
        #expect(try await books.capture(hold, 50, for: shop) == .refused(.holdEnded, account: nil))
        try await books.upkeep({ try await Ledger.expireHolds($0) }) {
            try await books.stateOfHold(hold) == "expired 0 0"
        }
        #expect(try await books.void(hold) == .refused(.holdEnded))
        #expect(try await books.stateOfHold(young) == "held 100 100")
        #expect(try await books.balance(pots[0]) == Ledger.Balance(posted: 250, held: 0))
        #expect(try await books.balance(pots[1]) == Ledger.Balance(posted: 500, held: 100))
    }

    @Test func `captures and voids of one hold at once leave nothing behind`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 500])
        let (shop, hold) = (try await books.shop(), UUID())
        #expect(try await books.hold(hold, 800, from: pots, for: shop) == .done)
        let captured = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    try await books.capture(hold, 50, for: shop) == .posted ? 50 : 0
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    _ = try await books.void(hold)
                    return 0
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(try await books.posted(shop) == captured)
        let left = try await books.balance(pots[0]).posted + books.balance(pots[1]).posted
        #expect(left == 800 - captured)
        for pot in pots { #expect(try await books.balance(pot).held == 0) }
    }
}
