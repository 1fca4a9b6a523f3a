import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// Corrections and refunds: new transfers that give back some of what another moved.
@Suite struct ReversalTests {
    @Test func `a correction names what it corrects and never exceeds it`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 500, 500])
        let original = books.move(.transfer, from: pots[0], to: pots[1], 400)
        #expect(try await books.post([original], as: books.wallet) == [.posted])
        func correct(_ amount: Int64, _ related: UUID = original.id) -> TransferProposal {
            books.reversal(.correction, of: related, from: pots[1], to: pots[0], amount)
        }
        let exceeds = PostingVerdict.refused(.reversalExceeds, account: nil)
        let first = correct(150)
        #expect(
            try await books.post(
                [
                    correct(401), first, correct(251), correct(250), correct(1), first,
                    // Another direction, other accounts, nothing named, nothing there.
                    books.reversal(.correction, of: original.id, from: pots[0], to: pots[1], 1),
                    books.reversal(.correction, of: original.id, from: pots[2], to: pots[0], 1),
                    books.move(.correction, from: pots[1], to: pots[0], 1),
                    correct(1, UUID()),
                ],
                as: books.wallet
            ) == [
                exceeds, .posted, exceeds, .posted, exceeds, .replayed, exceeds, exceeds, exceeds,
                exceeds,
            ]
        )
        #expect(try await books.posted(pots[0]) == 1000)
        #expect(try await books.posted(pots[1]) == 500)
        let related = try await books.owner.query(
            """
            SELECT related_id FROM ledger.transfer
             WHERE community_id = \(books.community) AND id = \(first.id)
            """
        ) { try $0.one().decode(UUID.self) }
        #expect(related == original.id)
    }

    @Test func `a correction is never corrected, nor a refund`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        let shop = try await books.shop()
        let original = books.move(.transfer, from: pots[0], to: pots[1], 400)
        let correction = books.reversal(
            .correction,
            of: original.id,
            from: pots[1],
            to: pots[0],
            400
        )
        let payment = books.payment(100, from: [pots[0]], to: shop)
        let refund = books.reversal(.refund, of: payment.id, from: shop, to: pots[0], 100)
        #expect(try await books.post([original], as: books.wallet) == [.posted])
        #expect(try await books.post([correction], as: books.wallet) == [.posted])
        #expect(try await books.post([payment], as: books.merchant) == [.posted])
        #expect(try await books.post([refund], as: books.merchant) == [.posted])
        #expect(
            try await books.post(
                [
                    books.reversal(.correction, of: correction.id, from: pots[0], to: pots[1], 1),
                    books.reversal(.correction, of: refund.id, from: pots[0], to: shop, 1),
                ],
                as: books.wallet
            ) == [
                .refused(.reversalExceeds, account: nil), .refused(.reversalExceeds, account: nil),
            ]
        )
    }

    @Test func `refunds of a payment never exceed it, in parts or from both sides`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([300, 500])
        let shop = try await books.shop()
        let payment = books.payment(700, from: pots, to: shop)
        let other = books.payment(100, from: pots, to: shop)
        #expect(try await books.post([payment, other], as: books.merchant) == [.posted, .posted])
        func refund(_ amount: Int64, to pot: Int) -> TransferProposal {
            books.reversal(.refund, of: payment.id, from: shop, to: pots[pot], amount)
        }
        let exceeds = PostingVerdict.refused(.reversalExceeds, account: nil)
        let first = refund(200, to: 0)
        #expect(
            try await books.post(
                [
                    first, refund(101, to: 0), refund(401, to: 1), refund(400, to: 1), first,
                    refund(100, to: 0), refund(1, to: 1),
                ],
                as: books.merchant
            ) == [.posted, exceeds, exceeds, .posted, .replayed, .posted, exceeds]
        )
        // What a refund gave back is no longer there for a correction.
        #expect(
            try await books.post(
                [books.reversal(.correction, of: payment.id, from: shop, to: pots[1], 1)],
                as: books.wallet
            ) == [exceeds]
        )
        #expect(try await books.posted(pots[0]) == 300)
        #expect(try await books.posted(shop) == 100)
    }

    @Test func `many refunds at once give back what was paid, once`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([600, 400])
        let shop = try await books.shop()
        let payment = books.payment(600, from: [pots[0]], to: shop)
        let more = books.payment(400, from: [pots[1]], to: shop)
        #expect(try await books.post([payment, more], as: books.merchant) == [.posted, .posted])
        let posted = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let asMerchant = number % 2 == 0
                    let verdict = try await books.post(
                        [
                            books.reversal(
                                asMerchant ? .refund : .correction,
                                of: payment.id,
                                from: shop,
                                to: pots[0],
                                70
                            )
                        ],
                        as: asMerchant ? books.merchant : books.wallet
                    )[0]
                    return verdict == .posted ? 1 : 0
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(posted == 8)
        #expect(try await books.posted(pots[0]) == 560)
    }

    @Test func `only the wallet service corrects`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        let original = books.move(.transfer, from: pots[0], to: pots[1], 400)
        #expect(try await books.post([original], as: books.wallet) == [.posted])
        for database in [books.merchant, books.disbursement] {
            #expect(
                try await books.post(
                    [books.reversal(.correction, of: original.id, from: pots[1], to: pots[0], 1)],
                    as: database
                ) == [.refused(.forbidden, account: nil)]
            )
        }
    }
}
