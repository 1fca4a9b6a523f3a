import Domain
import FoundationEssentials
import Ledger
import LedgerModel
import Postgres
import TestSupport
import Testing

/// What is taken back is what is left of that one grant: never what was spent, never of another pot.
@Suite struct TakeBackTests {
    /// A pot, whose programme it is of, and what the model says of its credits.
    private struct Pot {
        let account: UUID
        let programme: UUID
        var model = LotModel()
    }

    /// People with pots of two programmes each, who pay from all of them at once, and a shop.
    private struct Town {
        let books: LedgerBooks
        let programmes: [UUID]
        let shop: UUID
        var people: [[Pot]]
        /// What each payment took of which pot of whom.
        var payments: [(id: UUID, person: Int, pot: Int, left: Int64)] = []

        /// All accounts that anything could be taken from or given to.
        var accounts: [UUID] { programmes + [shop] + people.flatMap { $0.map(\.account) } }

        init() async throws {
            books = try await LedgerBooks.open()
            programmes = [books.programme, UUID()]
            try await books.openProgramme(programmes[1])
            shop = try await books.shop()
            try await books.fund(1_000_000)
            people = []
            for _ in 0..<3 {
                let accounts = try await books.pots([0, 0])
                people.append(zip(accounts, programmes).map { Pot(account: $0, programme: $1) })
            }
            try await books.fund(1_000_000, programmes[1])
        }

        func balances() async throws -> [UUID: Int64] {
            let (community, accounts) = (books.community, accounts)
            return try await books.wallet.transaction { connection in
                try Ledger.balances(of: accounts, community: community, connection)
                    .mapValues(\.posted)
            }
        }
    }

    @Test(arguments: UInt64(1)...4)
    func `a recall takes from its own grant alone, whatever else was paid from where`(
        seed: UInt64
    ) async throws {
        var random = SeededRandom(seed: seed)
        var town = try await Town()
        var taken: Int64 = 0
        for step in 0..<80 {
            let person = Int.random(in: 0..<3, using: &random)
            let pot = Int.random(in: 0..<2, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case ..<3:
                try await credit(&town, person, pot, Int64.random(in: 1...500, using: &random))
            case ..<6:
                let total = town.people[person].reduce(0) { $0 + $1.model.total }
                guard total > 0 else { continue }
                let order = [0, 1].shuffled(using: &random)
                try await pay(
                    &town,
                    person,
                    order,
                    Int64.random(in: 1...total, using: &random)
                )
            case ..<7:
                guard let nr = town.payments.indices.randomElement(using: &random),
                    town.payments[nr].left > 0
                else { continue }
                let most = town.payments[nr].left
                try await refund(&town, nr, Int64.random(in: 1...most, using: &random))
            default:
                let most =
                    Bool.random(using: &random) ? nil : Int64.random(in: 1...300, using: &random)
                let lots = town.people[person][pot].model.lots.indices
                guard let lot = lots.randomElement(using: &random) else { continue }
                let moved = try await recall(&town, person, pot, lot, most)
                #expect(moved.isItsOwn, "seed \(seed), step \(step)")
                taken += moved.taken
            }
        }
        // A run in which nothing was taken back shows nothing.
        #expect(taken > 0, "seed \(seed)")
    }

    @Test func `no service proposes what the ledger alone decides`() async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([500])[0]
        let fee = try await books.open(.fee, as: books.merchant)
        try await books.fund(500)
        for database in [books.disbursement, books.wallet, books.merchant] {
            for (kind, from, to) in [
                (TransferKind.recall, pot, books.programme), (.expiry, pot, books.programme),
                (.payout, books.programme, books.accounts.redemption),
                (.payout, fee, books.accounts.redemption),
                (.redemption, books.programme, books.accounts.redemption),
            ] {
                let proposal = books.move(kind, from: from, to: to, 100)
                let verdicts = try await books.post([proposal], as: database)
                guard case .refused(.forbidden, _) = try #require(verdicts.first) else {
                    Issue.record("\(kind): \(verdicts)")
                    continue
                }
            }
        }
    }

    private func credit(
        _ town: inout Town,
        _ person: Int,
        _ pot: Int,
        _ amount: Int64
    ) async throws {
        let target = town.people[person][pot]
        let credit = town.books.move(
            .disbursement,
            from: target.programme,
            to: target.account,
            amount
        )
        let posted = try await town.books.post([credit], as: town.books.disbursement)
        #expect(posted == [.posted])
        town.people[person][pot].model.lots.append(LotModel.Lot(id: credit.id, left: amount))
    }

    private func pay(
        _ town: inout Town,
        _ person: Int,
        _ order: [Int],
        _ amount: Int64
    ) async throws {
        let payment = town.books.payment(
            amount,
            from: order.map { town.people[person][$0].account },
            to: town.shop
        )
        #expect(try await town.books.post([payment], as: town.books.merchant) == [.posted])
        var rest = amount
        for pot in order {
            let part = min(rest, town.people[person][pot].model.total)
            guard part > 0 else { continue }
            town.people[person][pot].model.take(part, by: payment.id)
            town.payments.append((payment.id, person, pot, part))
            rest -= part
        }
    }

    private func refund(_ town: inout Town, _ nr: Int, _ amount: Int64) async throws {
        let payment = town.payments[nr]
        let refund = town.books.reversal(
            .refund,
            of: payment.id,
            from: town.shop,
            to: town.people[payment.person][payment.pot].account,
            amount
        )
        #expect(try await town.books.post([refund], as: town.books.merchant) == [.posted])
        town.people[payment.person][payment.pot].model.giveBack(amount, of: payment.id)
        town.payments[nr].left -= amount
    }

    /// What a recall took, and whether it moved just that: out of the grant's pot, as far as the
    /// grant had something left, into its programme.
    private func recall(
        _ town: inout Town,
        _ person: Int,
        _ pot: Int,
        _ lot: Int,
        _ most: Int64?
    ) async throws -> (taken: Int64, isItsOwn: Bool) {
        let (books, target) = (town.books, town.people[person][pot])
        var expected = try await town.balances()
        let taken = try await books.owner.query(
            """
            SELECT taken FROM ledger.take_back(
                \(books.community), \(UUID()), \(target.model.lots[lot].id), \(target.account),
                \(target.programme), \(most), NULL, NULL)
            """
        ) { try $0.one().decode(Int64.self) }
        expected[target.account, default: 0] -= taken
        expected[target.programme, default: 0] += taken
        let isRight = taken == min(target.model.lots[lot].left, most ?? .max)
        town.people[person][pot].model.lots[lot].left -= taken
        let balances = try await town.balances()
        return (taken, isRight && balances == expected)
    }
}
