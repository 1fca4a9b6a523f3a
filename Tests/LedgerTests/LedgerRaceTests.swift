import Domain
import FoundationEssentials
import Ledger
import LedgerModel
import Postgres
import TestSupport
import Testing

/// Many callers at once on the same accounts.
@Suite(.timeLimit(.minutes(15))) struct LedgerRaceTests {
    @Test func `concurrent batches lose and create nothing`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots((0..<8).map { _ in 1000 })
        try await withThrowingTaskGroup { group in
            for worker in 0..<8 {
                group.addTask {
                    var random = SeededRandom(seed: UInt64(worker + 1))
                    for _ in 0..<20 {
                        let batch = (0..<10).map { _ in
                            let from = Int.random(in: 0..<8, using: &random)
                            let to = (from + Int.random(in: 1..<8, using: &random)) % 8
                            return books.move(
                                .transfer,
                                from: pots[from],
                                to: pots[to],
                                Int64.random(in: 1...400, using: &random)
                            )
                        }
                        _ = try await books.post(batch, as: books.wallet)
                    }
                }
            }
            try await group.waitForAll()
        }
        var total: Int64 = 0
        for pot in pots {
            let balance = try await books.posted(pot)
            #expect(balance >= 0)
            total += balance
        }
        #expect(total == 8000)
    }

    @Test func `one transfer from many callers posts once`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        let transfer = books.move(.transfer, from: pots[0], to: pots[1], 700)
        let verdicts = try await withThrowingTaskGroup(of: PostingVerdict.self) { group in
            for _ in 0..<16 {
                group.addTask { try await books.post([transfer], as: books.wallet)[0] }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(verdicts.filter { $0 == .posted }.count == 1)
        #expect(verdicts.filter { $0 == .replayed }.count == 15)
        #expect(try await books.posted(pots[1]) == 700)
    }

    /// Both sides of the programme's account are hot: what one loses the other must not gain.
    @Test func `tills credit one merchant while top-ups debit one programme, to the cent`()
        async throws
    {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots((0..<12).map { _ in 500 })
        let shop = try await books.shop()
        try await books.fund(100_000)
        let before = try await books.posted(books.programme)
        let (paid, credited) = try await withThrowingTaskGroup(of: (Int64, Int64).self) { group in
            for (index, pot) in pots.enumerated() {
                group.addTask { try await shopping(books, pot, shop, seed: UInt64(index)) }
                group.addTask { try await topUps(books, pot, seed: UInt64(index + 100)) }
            }
            return try await group.reduce(into: (0, 0)) { $0 = ($0.0 + $1.0, $0.1 + $1.1) }
        }
        #expect(paid > 0 && credited > 0)
        #expect(try await books.posted(shop) == paid)
        #expect(try await books.posted(books.programme) == before - credited)
        var left: Int64 = 0
        for pot in pots { left += try await books.posted(pot) }
        #expect(left == 6000 + credited - paid)
        #expect(try await books.posted(books.accounts.issuance) == -106_000)
    }

    private func shopping(
        _ books: LedgerBooks,
        _ pot: UUID,
        _ shop: UUID,
        seed: UInt64
    ) async throws -> (Int64, Int64) {
        var random = SeededRandom(seed: seed)
        var paid: Int64 = 0
        for _ in 0..<15 {
            let amount = Int64.random(in: 1...90, using: &random)
            let payment = TransferProposal(
                id: UUID(),
                kind: .payment,
                legs: [.exact(account: shop, minorUnits: amount), .draw(account: pot)]
            )
            if try await books.post([payment], as: books.merchant) == [.posted] { paid += amount }
        }
        return (paid, 0)
    }

    private func topUps(
        _ books: LedgerBooks,
        _ pot: UUID,
        seed: UInt64
    ) async throws -> (Int64, Int64) {
        var random = SeededRandom(seed: seed)
        var credited: Int64 = 0
        for _ in 0..<15 {
            let amount = Int64.random(in: 1...60, using: &random)
            let credit = books.move(.disbursement, from: books.programme, to: pot, amount)
            if try await books.post([credit], as: books.disbursement) == [.posted] {
                credited += amount
            }
        }
        return (0, credited)
    }

    @Test func `of many who spend the same coin one has it`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000] + (0..<12).map { _ in 0 })
        let verdicts = try await withThrowingTaskGroup(of: PostingVerdict.self) { group in
            for payee in pots.dropFirst() {
                group.addTask {
                    let all = books.move(.transfer, from: pots[0], to: payee, 1000)
                    return try await books.post([all], as: books.wallet)[0]
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(verdicts.filter { $0 == .posted }.count == 1)
        #expect(try await books.posted(pots[0]) == 0)
    }

    @Test func `opposite orders do not wait for each other for ever`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots((0..<6).map { _ in 10_000 })
        let verdicts = try await withThrowingTaskGroup(of: [PostingVerdict].self) { group in
            for worker in 0..<10 {
                group.addTask {
                    var verdicts: [PostingVerdict] = []
                    for _ in 0..<15 {
                        // Round the circle one way or the other, as one set.
                        let circle = worker.isMultiple(of: 2) ? pots : pots.reversed()
                        let set = circle.indices.map { index in
                            TransferProposal(
                                id: UUID(),
                                kind: .transfer,
                                legs: [
                                    .exact(account: circle[index], minorUnits: -7),
                                    .exact(account: circle[(index + 1) % 6], minorUnits: 7),
                                ],
                                isLinkedToNext: index < 5
                            )
                        }
                        verdicts += try await books.post(set, as: books.wallet)
                    }
                    return verdicts
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(verdicts.count == 900)
        #expect(verdicts.allSatisfy { $0 == .posted })
        for pot in pots { #expect(try await books.posted(pot) == 10_000) }
    }
}
