import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

@Suite struct PostingTests {
    @Test func `coins come into being only with their euros`() async throws {
        let books = try await LedgerBooks.open()
        try await books.fund(5000)
        #expect(try await books.posted(books.programme) == 5000)
        #expect(try await books.posted(books.accounts.reserve) == 5000)
        #expect(try await books.posted(books.accounts.issuance) == -5000)
        #expect(try await books.posted(books.accounts.bank) == -5000)
    }

    @Test func `issuing beyond reserve is refused by the database`() async throws {
        let books = try await LedgerBooks.open()
        let greedy = TransferProposal(
            id: UUID(),
            kind: .funding,
            legs: [
                .exact(account: books.accounts.issuance, minorUnits: -100),
                .exact(account: books.programme, minorUnits: 100),
            ]
        )
        do {
            _ = try await books.post([greedy], as: books.disbursement)
            Issue.record("coins without euros")
        } catch let error as PostgresError {
            #expect(error.violates("circulation_covered_by_reserve"))
        }
        #expect(try await books.posted(books.programme) == 0)
    }

    @Test func `no account goes below its floor, and a refusal has no effect`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        let verdicts = try await books.post(
            [
                books.move(.transfer, from: pots[0], to: pots[1], 600),
                books.move(.transfer, from: pots[0], to: pots[1], 600),
                books.move(.transfer, from: pots[1], to: pots[0], 100),
                books.move(.transfer, from: pots[0], to: pots[1], 500),
            ],
            as: books.wallet
        )
        #expect(
            verdicts == [
                .posted, .refused(.insufficientFunds, account: pots[0]), .posted, .posted,
            ]
        )
        #expect(try await books.posted(pots[0]) == 0)
        #expect(try await books.posted(pots[1]) == 1000)
    }

    @Test func `the same transfer posts once, another under its id is a conflict`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        let transfer = books.move(.transfer, from: pots[0], to: pots[1], 300)
        let other = books.move(.transfer, from: pots[0], to: pots[1], 301, id: transfer.id)
        #expect(
            try await books.post([transfer, transfer, other], as: books.wallet)
                == [.posted, .replayed, .refused(.conflict, account: nil)]
        )
        #expect(
            try await books.post([transfer, other], as: books.wallet)
                == [.replayed, .refused(.conflict, account: nil)]
        )
        #expect(try await books.posted(pots[1]) == 300)
    }

    @Test func `a payment draws on pots in order`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 0, 500, 900])
        let shop = UUID()
        let (community, coin) = (books.community, books.coin)
        try await books.merchant.transaction { connection in
            try Ledger.openAccounts(
                [shop],
                .merchant,
                coin: coin,
                community: community,
                connection
            )
        }
        func payment(_ amount: Int64) -> TransferProposal {
            TransferProposal(
                id: UUID(),
                kind: .payment,
                legs: [.exact(account: shop, minorUnits: amount)]
                    + pots.map { .draw(account: $0) }
            )
        }
        let first = payment(700)
        #expect(
            try await books.post([first, payment(1001), payment(1000)], as: books.merchant)
                == [.posted, .refused(.insufficientFunds, account: nil), .posted]
        )
        let legs = try await books.merchant.transaction { connection in
            try Ledger.legs(of: first.id, community: community, connection)?
                .map { "\($0.account) \($0.minorUnits)" }
        }
        #expect(legs == ["\(shop) 700", "\(pots[0]) -300", "\(pots[2]) -400"])
        #expect(try await books.posted(shop) == 1700)
        for pot in pots { #expect(try await books.posted(pot) == 0) }
    }

    @Test func `a poisoned transfer fails alone`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        let stranger = UUID()
        let verdicts = try await books.post(
            [
                books.move(.transfer, from: pots[0], to: stranger, 10),
                books.move(.transfer, from: pots[0], to: pots[1], 10),
                books.move(.payment, from: pots[0], to: pots[1], 10),
                TransferProposal(
                    id: UUID(),
                    kind: .transfer,
                    legs: [
                        .exact(account: pots[0], minorUnits: -10),
                        .exact(account: pots[1], minorUnits: 11),
                    ]
                ),
                TransferProposal(
                    id: UUID(),
                    kind: .transfer,
                    legs: [
                        .exact(account: pots[0], minorUnits: .min + 1),
                        .exact(account: pots[1], minorUnits: .max),
                    ]
                ),
                books.move(.transfer, from: pots[0], to: pots[1], 20),
            ],
            as: books.wallet
        )
        #expect(
            verdicts == [
                .refused(.unknownAccount, account: stranger), .posted,
                .refused(.forbidden, account: nil), .refused(.unbalanced, account: nil),
                .refused(.amountOutOfRange, account: pots[0]), .posted,
            ]
        )
        #expect(try await books.posted(pots[1]) == 30)
    }

    @Test func `a service proposes only what is its own`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        for (database, kind) in [
            (books.merchant, TransferKind.transfer), (books.disbursement, .transfer),
            (books.wallet, .disbursement), (books.wallet, .funding),
        ] {
            #expect(
                try await books.post(
                    [books.move(kind, from: pots[0], to: pots[1], 10)],
                    as: database
                )
                    == [.refused(.forbidden, account: nil)]
            )
        }
        // The right kind between the wrong kinds of account.
        #expect(
            try await books.post(
                [books.move(.transfer, from: books.programme, to: pots[1], 10)],
                as: books.wallet
            ) == [.refused(.forbidden, account: books.programme)]
        )
    }
}
