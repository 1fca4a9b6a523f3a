import Domain
import FoundationEssentials
import Ledger
import LedgerModel
import Postgres
import TestSupport
import Testing

/// What is left of each credit of a pot, against the same rule in a few lines of Swift.
@Suite struct LotTests {
    private func lots(of pot: UUID, _ books: LedgerBooks, held: Int64 = 0) async throws
        -> [UUID: Int64]
    {
        let rows = try await books.owner.query(
            """
            SELECT transfer_id, left_over FROM ledger.lots(\(books.community), \(pot), \(held))
            """
        ) { try $0.map { try $0.decode(UUID.self, Int64.self) } }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private func takeBack(_ credit: UUID, from pot: UUID, most: Int64?, _ books: LedgerBooks)
        async throws -> Int64
    {
        try await books.owner.query(
            """
            SELECT taken FROM ledger.take_back(\(books.community), \(UUID()), \(credit), \(pot),
                                               \(books.programme), \(most), NULL, NULL)
            """
        ) { try $0.one().decode(Int64.self) }
    }

    @Test(arguments: UInt64(1)...4)
    func `what is left of every credit is what the model says, whatever happens`(seed: UInt64)
        async throws
    {
        var random = SeededRandom(seed: seed)
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([0])[0]
        let shop = try await books.shop()
        try await books.fund(1_000_000)
        var model = LotModel()
        var payments: [(id: UUID, left: Int64)] = []
        for step in 0..<60 {
            switch Int.random(in: 0..<10, using: &random) {
            case ..<3:
                let amount = Int64.random(in: 1...500, using: &random)
                let credit = books.move(.disbursement, from: books.programme, to: pot, amount)
                #expect(try await books.post([credit], as: books.disbursement) == [.posted])
                model.lots.append(LotModel.Lot(id: credit.id, left: amount))
            case ..<7 where model.total > 0:
                let amount = Int64.random(in: 1...model.total, using: &random)
                let payment = books.payment(amount, from: [pot], to: shop)
                #expect(try await books.post([payment], as: books.merchant) == [.posted])
                model.take(amount, by: payment.id)
                payments.append((payment.id, amount))
            case ..<9 where !payments.isEmpty:
                let nr = Int.random(in: 0..<payments.count, using: &random)
                guard payments[nr].left > 0 else { continue }
                let amount = Int64.random(in: 1...payments[nr].left, using: &random)
                let refund = books.reversal(
                    .refund,
                    of: payments[nr].id,
                    from: shop,
                    to: pot,
                    amount
                )
                #expect(try await books.post([refund], as: books.merchant) == [.posted])
                model.giveBack(amount, of: payments[nr].id)
                payments[nr].left -= amount
            default:
                guard let lot = model.lots.indices.randomElement(using: &random) else { continue }
                let most =
                    Bool.random(using: &random)
                    ? nil : Int64.random(in: 1...500, using: &random)
                let taken = try await takeBack(model.lots[lot].id, from: pot, most: most, books)
                let expected = min(model.lots[lot].left, most ?? .max)
                #expect(taken == expected, "seed \(seed), step \(step)")
                model.lots[lot].left -= taken
            }
            let expected = Dictionary(uniqueKeysWithValues: model.lots.map { ($0.id, $0.left) })
            #expect(try await lots(of: pot, books) == expected, "seed \(seed), step \(step)")
        }
        #expect(try await books.posted(pot) == model.total)
    }

    @Test func `what a hold keeps and a least balance are not taken back`() async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([1000])[0]
        let shop = try await books.shop()
        let credit = try #require(try await lots(of: pot, books).keys.first)
        #expect(try await books.hold(UUID(), 300, from: [pot], for: shop) == .done)
        try await books.owner.execute(
            """
            UPDATE ledger.account SET floor = 100
             WHERE community_id = \(books.community) AND id = \(pot)
            """
        )
        #expect(try await takeBack(credit, from: pot, most: nil, books) == 600)
        #expect(try await takeBack(credit, from: pot, most: nil, books) == 0)
        #expect(try await books.balance(pot) == Ledger.Balance(posted: 400, held: 300))
    }

    @Test func `a credit that was corrected is gone itself, not the one before it`() async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([500])[0]
        try await books.fund(300)
        let wrong = books.move(.disbursement, from: books.programme, to: pot, 300)
        #expect(try await books.post([wrong], as: books.disbursement) == [.posted])
        let correction = books.reversal(
            .correction,
            of: wrong.id,
            from: pot,
            to: books.programme,
            300
        )
        #expect(try await books.post([correction], as: books.wallet) == [.posted])
        let left = try await lots(of: pot, books)
        #expect(left[wrong.id] == 0)
        #expect(left.values.sorted() == [0, 500])
    }

    @Test func `no service proposes a recall, and none calls the functions behind it`()
        async throws
    {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([500])[0]
        for database in [books.disbursement, books.wallet, books.merchant] {
            let proposal = books.move(.recall, from: pot, to: books.programme, 100)
            let verdicts = try await books.post([proposal], as: database)
            #expect(verdicts == [.refused(.forbidden, account: nil)])
        }
        let (community, programme) = (books.community, books.programme)
        await #expect(throws: PostgresError.self) {
            try await books.disbursement.query(
                """
                SELECT taken FROM ledger.take_back(\(community), \(UUID()), \(UUID()), \(pot),
                                                   \(programme), NULL, NULL, NULL)
                """
            ) { _ in }
        }
    }
}
