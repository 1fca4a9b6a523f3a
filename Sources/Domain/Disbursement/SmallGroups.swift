/// What a sum of people's amounts is told with, and whether it may be.
package struct GroupSum: Sendable, Hashable {
    /// Minor units; negative where more came back than went out.
    package let amount: Int64
    /// How many people have a part in it.
    package let people: Int
    /// The most that one of them has in it, in minor units without a sign.
    package let largest: Int64

    /// A sum of so many people's amounts.
    package init(amount: Int64, people: Int, largest: Int64) {
        self.amount = amount
        self.people = people
        self.largest = largest
    }
}

/// Leaves out of statistics what would tell of somebody (rules of minimum frequency and dominance, and
/// secondary suppression, as statistical offices use them).
package enum SmallGroups {
    /// Below so many people nothing is told.
    package static let fewestPeople = 5
    /// One person's part, at most, in percent: who has more could be known by all others.
    package static let mostPercent = 75

    /// Whether a sum may be told by itself.
    package static func isTold(_ sum: GroupSum) -> Bool {
        sum.people >= fewestPeople && isBalanced(largest: sum.largest, in: sum.amount)
    }

    /// Which parts of a sum may be told beside it. What is left out is the sum less what is told, so
    /// that too has to be of enough people: two parts at least, of which one is of enough people, and
    /// together not mostly of one. As long as it is not, the smallest part that is told goes too.
    package static func told<Key: Hashable & Comparable>(of parts: [Key: GroupSum]) -> Set<Key> {
        var told = parts.filter { isTold($0.value) }
        while told.count < parts.count, !told.isEmpty {
            let leftOut = parts.filter { told[$0.key] == nil }.values
            if mayBeSubtracted(leftOut) { break }
            let smallest = told.min { left, right in
                (left.value.amount.magnitude, left.key) < (right.value.amount.magnitude, right.key)
            }
            if let smallest { told[smallest.key] = nil }
        }
        return Set(told.keys)
    }

    /// The same people may be in several parts: as few of them as can be, with as much each.
    private static func mayBeSubtracted(_ parts: some Collection<GroupSum>) -> Bool {
        parts.count > 1
            && parts.contains { $0.people >= fewestPeople }
            && isBalanced(
                largest: parts.reduce(0) { $0 + $1.largest },
                in: parts.reduce(0) { $0 + $1.amount }
            )
    }

    private static func isBalanced(largest: Int64, in amount: Int64) -> Bool {
        // Amounts are below 2^53.
        largest * 100 <= Int64(amount.magnitude) * Int64(mostPercent)
    }
}
