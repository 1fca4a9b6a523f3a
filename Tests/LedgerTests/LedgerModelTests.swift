import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// Random batches against a ledger of a few lines.
@Suite struct LedgerModelTests {
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 31)
        }
    }

    /// Balances, and the transfers that stand.
    private struct Model {
        var balances: [UUID: Int64]
        var done: [UUID: [Int64]] = [:]

        mutating func post(from: UUID, to: UUID, _ amount: Int64, id: UUID) -> String {
            if let known = done[id] {
                return known == [amount] ? "replayed" : "conflict"
            }
            guard let have = balances[from], let had = balances[to] else { return "unknown" }
            guard amount > 0, from != to, have >= amount else { return "insufficient" }
            balances[from] = have - amount
            balances[to] = had + amount
            done[id] = [amount]
            return "posted"
        }
    }

    @Test(arguments: [11, 12, 13, 14])
    func `random batches end as the model says`(seed: UInt64) async throws {
        var random = Seeded(state: seed)
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([500, 500, 500, 500, 0])
        var model = Model(
            balances: Dictionary(uniqueKeysWithValues: zip(pots, [500, 500, 500, 500, 0]))
        )
        var sent: [(UUID, UUID, UUID, Int64)] = []
        for _ in 0..<15 {
            var batch: [(UUID, UUID, UUID, Int64)] = []
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                if let old = sent.randomElement(using: &random), Int.random(in: 0..<8) == 0 {
                    batch.append(old)
                    continue
                }
                let from = Int.random(in: 0..<pots.count, using: &random)
                let to = (from + Int.random(in: 1..<pots.count, using: &random)) % pots.count
                batch.append(
                    (UUID(), pots[from], pots[to], Int64.random(in: 1...300, using: &random))
                )
            }
            let expected = batch.map { model.post(from: $0.1, to: $0.2, $0.3, id: $0.0) }
            sent += batch
            let verdicts = try await books.post(
                batch.map { books.move(.transfer, from: $0.1, to: $0.2, $0.3, id: $0.0) },
                as: books.wallet
            )
            let got = verdicts.map { verdict in
                switch verdict {
                case .posted: "posted"
                case .replayed: "replayed"
                case .refused(.insufficientFunds, _): "insufficient"
                case .refused(let other, _): other.rawValue
                }
            }
            #expect(got == expected, "seed \(seed)")
        }
        for (pot, balance) in model.balances {
            #expect(try await books.posted(pot) == balance, "seed \(seed)")
        }
    }

    @Test func `concurrent batches lose and create nothing`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([UUID](repeating: UUID(), count: 8).map { _ in 1000 })
        try await withThrowingTaskGroup { group in
            for worker in 0..<8 {
                group.addTask {
                    var random = Seeded(state: UInt64(worker + 1))
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
}
