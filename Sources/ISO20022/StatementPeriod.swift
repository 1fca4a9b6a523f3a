/// The days that a statement is about: one, an ISO 8601 week, a month or a year.
package struct StatementPeriod: Sendable, Hashable, LosslessStringConvertible {
    /// `2026-03-02`, `2026-W10`, `2026-03` or `2026`.
    package let description: String
    /// Its first day.
    package let first: CalendarDate
    /// The first day after it.
    package let end: CalendarDate

    /// Whether it is a month, rather than a day, a week or a year.
    package var isMonth: Bool { description.utf8.count == 7 }

    /// Whether it is a year.
    package var isYear: Bool { description.utf8.count == 4 }

    /// Reads ISO 8601 in the extended format, years 1970 to 9998; nil for anything else, such as a
    /// week 53 in a year that has none.
    package init?(_ description: String) {
        let bytes = Array(description.utf8)
        guard bytes.count >= 4, let year = Self.number(bytes[0..<4]),
            (1970...9998).contains(year),
            let days = Self.days(in: year, bytes[4...])
        else { return nil }
        self.description = description
        (first, end) = days
    }

    private static func days(
        in year: Int,
        _ rest: ArraySlice<UInt8>
    ) -> (CalendarDate, CalendarDate)? {
        guard let hyphen = rest.first else {
            return between((year, 1), (year + 1, 1))
        }
        guard hyphen == UInt8(ascii: "-") else { return nil }
        let place = rest.dropFirst()
        if place.first == UInt8(ascii: "W"), place.count == 3,
            let week = number(place.dropFirst())
        {
            return days(ofWeek: week, in: year)
        }
        guard place.count >= 2, let month = number(place.prefix(2)) else { return nil }
        if place.count == 2 {
            return between((year, month), month < 12 ? (year, month + 1) : (year + 1, 1))
        }
        guard place.count == 5, place.dropFirst(2).first == UInt8(ascii: "-"),
            let number = number(place.dropFirst(3)),
            let day = CalendarDate(year: year, month: month, day: number)
        else { return nil }
        return (day, day.adding(days: 1))
    }

    private static func between(
        _ first: (year: Int, month: Int),
        _ end: (year: Int, month: Int)
    ) -> (CalendarDate, CalendarDate)? {
        guard let first = CalendarDate(year: first.year, month: first.month, day: 1),
            let end = CalendarDate(year: end.year, month: end.month, day: 1)
        else { return nil }
        return (first, end)
    }

    /// Week 1 is the one with 4 January in it (ISO 8601).
    private static func days(
        ofWeek week: Int,
        in year: Int
    ) -> (CalendarDate, CalendarDate)? {
        guard let monday = firstMonday(of: year), let following = firstMonday(of: year + 1),
            week >= 1
        else { return nil }
        let first = monday.adding(days: (week - 1) * 7)
        return first < following ? (first, first.adding(days: 7)) : nil
    }

    private static func firstMonday(of year: Int) -> CalendarDate? {
        CalendarDate(year: year, month: 1, day: 4).map { $0.adding(days: 1 - $0.weekday) }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 48)
        }
        return value
    }
}
