import Domain
import Testing

/// What statistics leave out.
@Suite struct SmallGroupsTests {
    private func sum(_ amount: Int64, _ people: Int, largest: Int64? = nil) -> GroupSum {
        GroupSum(amount: amount, people: people, largest: largest ?? abs(amount) / 10)
    }

    @Test func `a sum of few people, or mostly of one, is not told`() {
        #expect(SmallGroups.isTold(sum(1000, 5)))
        #expect(!SmallGroups.isTold(sum(1000, 4)))
        #expect(SmallGroups.isTold(sum(1000, 5, largest: 750)))
        #expect(!SmallGroups.isTold(sum(1000, 5, largest: 751)))
        #expect(!SmallGroups.isTold(sum(0, 9, largest: 1)))
        #expect(SmallGroups.isTold(sum(-1000, 5, largest: 750)))
        #expect(!SmallGroups.isTold(sum(-1000, 5, largest: 751)))
        let most = Int64(1) << 53
        #expect(!SmallGroups.isTold(sum(most, 5, largest: most)))
    }

    @Test func `a single part that is left out takes the smallest other with it`() {
        let parts = ["a": sum(10, 1), "b": sum(500, 8), "c": sum(900, 9), "d": sum(700, 9)]
        #expect(SmallGroups.told(of: parts) == ["c", "d"])
        #expect(SmallGroups.told(of: ["b": sum(500, 8), "c": sum(900, 9)]) == ["b", "c"])
        #expect(SmallGroups.told(of: ["a": sum(10, 1)]) == [])
        #expect(SmallGroups.told(of: ["a": sum(10, 1), "b": sum(500, 8)]) == [])
        #expect(SmallGroups.told(of: [String: GroupSum]()) == [])
    }

    @Test func `parts that cancel each other out do not hide each other`() {
        // Together nothing, so that each is the other.
        let parts = ["a": sum(-500, 4), "b": sum(500, 9), "c": sum(9000, 9), "d": sum(9000, 9)]
        #expect(SmallGroups.told(of: parts) == ["d"])
    }

    /// Of people with random amounts in random categories, nothing that can be computed from what is
    /// told and the total is of too few of them.
    @Test(arguments: 0..<400)
    func `nothing of a few people can be had by subtraction`(seed: UInt64) {
        var random = SeededNumbers(seed: seed &* 2_654_435_761 &+ 1)
        let categories = Array("abcdefgh".prefix(Int.random(in: 1...8, using: &random)))
        var cells: [Character: [Int: Int64]] = [:]
        for person in 0..<Int.random(in: 1...40, using: &random) {
            for category in categories where Int.random(in: 0..<5, using: &random) == 0 {
                let amount = Int64.random(in: 1...10_000, using: &random)
                cells[category, default: [:]][person] = amount
            }
        }
        let parts = cells.mapValues { cell in
            GroupSum(
                amount: cell.values.reduce(0, +),
                people: cell.count,
                largest: cell.values.max() ?? 0
            )
        }
        let told = SmallGroups.told(of: parts)
        for category in told { #expect(cells[category]?.count ?? 0 >= SmallGroups.fewestPeople) }
        var rest: [Int: Int64] = [:]
        for (category, cell) in cells where !told.contains(category) {
            rest.merge(cell) { $0 + $1 }
        }
        guard !rest.isEmpty, !told.isEmpty else { return }
        #expect(rest.count >= SmallGroups.fewestPeople, "seed \(seed)")
        let (largest, whole) = (rest.values.max() ?? 0, rest.values.reduce(0, +))
        #expect(largest * 100 <= whole * Int64(SmallGroups.mostPercent), "seed \(seed)")
        #expect(Set(cells.keys).subtracting(told).count > 1, "seed \(seed)")
    }
}

/// The same numbers for the same seed (SplitMix64).
private struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
