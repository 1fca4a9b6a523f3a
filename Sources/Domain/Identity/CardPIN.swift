/// The secret of a card's holder: four to six digits. Says nothing of itself when printed.
package struct CardPIN: Sendable, CustomStringConvertible, CustomReflectable {
    /// Four to six digits.
    package let digits: String

    /// `nil` for anything but four to six digits.
    package init?(typed text: String) {
        let isDigits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (4...6).contains(text.utf8.count), isDigits else { return nil }
        digits = text
    }

    package var description: String { "••••" }

    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Whether it is among the first that somebody with a stolen card would try: digits that are
    /// all the same, count up or down, repeat a shorter group, or are a year of a life.
    package var isWeak: Bool {
        let values = digits.utf8.map { Int($0) - 48 }
        let steps = Set(zip(values, values.dropFirst()).map { ($1 - $0 + 10) % 10 })
        if steps.count == 1, steps.isSubset(of: [0, 1, 9]) { return true }
        for period in 2...3 where values.count.isMultiple(of: period) && values.count > period {
            let repeats = values.indices.allSatisfy { values[$0] == values[$0 % period] }
            if repeats { return true }
        }
        return values.count == 4 && (digits.hasPrefix("19") || digits.hasPrefix("20"))
    }
}
