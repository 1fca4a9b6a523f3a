import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// Transfers that stand or fall together, and transfers of many legs.
@Suite struct LinkedSetTests {
    private func link(_ proposal: TransferProposal) -> TransferProposal {
        TransferProposal(
            id: proposal.id,
            kind: proposal.kind,
            legs: proposal.legs,
            related: proposal.related,
            hold: proposal.hold,
            isLinkedToNext: true
        )
    }

    @Test func `all of a set are posted, or none`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0, 0, 50])
        func move(_ from: Int, _ to: Int, _ amount: Int64) -> TransferProposal {
            books.move(.transfer, from: pots[from], to: pots[to], amount)
        }
        let linked = PostingVerdict.refused(.linkedTransferRefused, account: nil)
        let first = [
            move(3, 2, 10),
            // Falls: the third wants more than the first two leave.
            link(move(0, 1, 600)), link(move(1, 2, 500)), link(move(0, 2, 401)), move(0, 1, 1),
            // Unharmed, and sees the balances as if the set had never been.
            move(0, 1, 1000),
            // Stands.
            link(move(1, 0, 300)), move(0, 2, 200),
        ]
        #expect(
            try await books.post(first, as: books.wallet) == [
                .posted, linked, linked, .refused(.insufficientFunds, account: pots[0]), linked,
                .posted, .posted, .posted,
            ]
        )
        #expect(try await books.posted(pots[0]) == 100)
        #expect(try await books.posted(pots[1]) == 700)
        #expect(try await books.posted(pots[2]) == 210)
        // The same set again once there is enough; the others are replays.
        _ = try await books.post([move(2, 0, 210), move(1, 0, 700)], as: books.wallet)
        #expect(
            try await books.post(first, as: books.wallet) == [
                .replayed, .posted, .posted, .posted, .posted, .replayed, .replayed, .replayed,
            ]
        )
        #expect(try await books.posted(pots[0]) == 8)
    }

    @Test func `a set that fails at its last undoes everything, one that fails at its first too`()
        async throws
    {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        let linked = PostingVerdict.refused(.linkedTransferRefused, account: nil)
        let small = books.move(.transfer, from: pots[0], to: pots[1], 100)
        let large = books.move(.transfer, from: pots[0], to: pots[1], 5000)
        #expect(
            try await books.post([link(small), link(small), large, small], as: books.wallet)
                == [linked, linked, .refused(.insufficientFunds, account: pots[0]), .posted]
        )
        let other = books.move(.transfer, from: pots[0], to: pots[1], 100)
        #expect(
            try await books.post([link(large), other], as: books.wallet)
                == [.refused(.insufficientFunds, account: pots[0]), linked]
        )
        #expect(try await books.posted(pots[1]) == 100)
    }

    @Test func `a set that falls takes back its reversals and what it counted`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 50])
        try await books.ask(books.wallet) { community, connection in
            try Ledger.set(
                Ledger.HolderClass(
                    name: "small",
                    timeZone: "UTC",
                    dailySpending: 500,
                    dailyReceiving: nil
                ),
                community: community,
                connection
            )
            try Ledger.setHolder(
                pots[0],
                class: "small",
                accounts: [pots[0]],
                community: community,
                connection
            )
        }
        let original = books.move(.transfer, from: pots[0], to: pots[1], 300)
        #expect(try await books.post([original], as: books.wallet) == [.posted])
        let correction = books.reversal(
            .correction,
            of: original.id,
            from: pots[1],
            to: pots[0],
            200
        )
        let linked = PostingVerdict.refused(.linkedTransferRefused, account: nil)
        #expect(
            try await books.post(
                [
                    link(correction),
                    link(books.move(.transfer, from: pots[0], to: pots[1], 200)),
                    books.move(.transfer, from: pots[0], to: pots[1], 5000),
                ],
                as: books.wallet
            ) == [linked, linked, .refused(.insufficientFunds, account: pots[0])]
        )
        // The whole is still there to be corrected, and 200 of the day to be spent.
        #expect(
            try await books.post(
                [
                    books.reversal(.correction, of: original.id, from: pots[1], to: pots[0], 300),
                    books.reversal(.correction, of: original.id, from: pots[1], to: pots[0], 1),
                    books.move(.transfer, from: pots[0], to: pots[1], 201),
                    books.move(.transfer, from: pots[0], to: pots[1], 200),
                ],
                as: books.wallet
            ) == [
                .posted, .refused(.reversalExceeds, account: nil),
                .refused(.dailySpendingLimit, account: pots[0]), .posted,
            ]
        )
    }

    @Test func `a set that falls gives captured coins back to the hold`() async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([1000])[0]
        let (shop, hold) = (try await books.shop(), UUID())
        #expect(try await books.hold(hold, 600, from: [pot], for: shop) == .done)
        let capture = TransferProposal(
            id: UUID(),
            kind: .payment,
            legs: [.exact(account: shop, minorUnits: 400)],
            hold: hold,
            isLinkedToNext: true
        )
        #expect(
            try await books.post(
                [capture, books.payment(401, from: [pot], to: shop)],
                as: books.merchant
            ) == [
                .refused(.linkedTransferRefused, account: nil),
                .refused(.insufficientFunds, account: nil),
            ]
        )
        #expect(try await books.stateOfHold(hold) == "held 600 600")
        #expect(try await books.balance(pot) == Ledger.Balance(posted: 1000, held: 600))
        #expect(
            try await books.post(
                [capture, books.payment(400, from: [pot], to: shop)],
                as: books.merchant
            ) == [.posted, .posted]
        )
        #expect(try await books.balance(pot) == Ledger.Balance(posted: 200, held: 200))
    }

    @Test func `one payment takes a sponsor's part, several pots and a fee`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 0, 500])
        let shop = try await books.shop()
        let fee = try await books.open(.fee, as: books.merchant)
        let sponsor = try await books.open(.sponsor, as: books.disbursement)
        try await books.fund(1000)
        #expect(
            try await books.post(
                [books.move(.sponsoring, from: books.programme, to: sponsor, 100)],
                as: books.disbursement
            ) == [.posted]
        )
        func payment(sponsored: Int64) -> TransferProposal {
            TransferProposal(
                id: UUID(),
                kind: .payment,
                legs: [
                    .exact(account: shop, minorUnits: 690),
                    .exact(account: fee, minorUnits: 10),
                    .exact(account: sponsor, minorUnits: -sponsored),
                ] + pots.map { .draw(account: $0) }
            )
        }
        let paid = payment(sponsored: 100)
        #expect(
            try await books.post([payment(sponsored: 101), paid], as: books.merchant)
                == [.refused(.insufficientFunds, account: sponsor), .posted]
        )
        #expect(try await books.posted(shop) == 690)
        #expect(try await books.posted(fee) == 10)
        #expect(try await books.posted(sponsor) == 0)
        #expect(try await books.posted(pots[0]) == 0)
        #expect(try await books.posted(pots[2]) == 200)
        // All of it goes back where it came from, in one refund.
        let refund = TransferProposal(
            id: UUID(),
            kind: .refund,
            legs: [
                .exact(account: shop, minorUnits: -690), .exact(account: fee, minorUnits: -10),
                .exact(account: sponsor, minorUnits: 100),
                .exact(account: pots[0], minorUnits: 300),
                .exact(account: pots[2], minorUnits: 300),
            ],
            related: paid.id
        )
        #expect(try await books.post([refund], as: books.merchant) == [.posted])
        #expect(try await books.posted(sponsor) == 100)
        #expect(try await books.posted(pots[2]) == 500)
    }
}
