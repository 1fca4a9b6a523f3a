/// A day of the Gregorian calendar without time or zone: what a requested execution date means.
package struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Four digits, 1 to 9999.
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to the last day of the month.
    package let day: Int

    /// Nil when the day does not exist, such as 30 February.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.lastDay(year: year, month: month)).contains(day)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The date `days` days after 1 January 1970.
    package init(daysSinceEpoch days: Int) {
        // Counted from 1 March of year 0, a leap day is the last day of its year, and 400 years
        // always have 146,097 days.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1 January 1970; negative before it.
    package var daysSinceEpoch: Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    /// 1 is Monday, 7 is Sunday, as ISO 8601 counts.
    package var weekday: Int {
        let sinceMonday = (daysSinceEpoch + 3) % 7
        return (sinceMonday + 7) % 7 + 1
    }

    /// The date `days` days later; earlier when negative.
    package func adding(days: Int) -> CalendarDate {
        CalendarDate(daysSinceEpoch: daysSinceEpoch + days)
    }

    /// `YYYY-MM-DD`.
    package var description: String {
        "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func lastDay(year: Int, month: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 31
        }
    }
}

extension CalendarDate {
    /// Reads XML Schema's `date`: `YYYY-MM-DD`, with `Z` or an offset allowed and ignored.
    package init?(xmlDate text: String) {
        var text = text
        guard let date = text.withUTF8({ CalendarDate(xmlDate: $0) }) else { return nil }
        self = date
    }

    /// Reads the day of XML Schema's `dateTime`: `YYYY-MM-DDThh:mm:ss`, fraction and zone allowed.
    package init?(xmlDateTime text: String) {
        var text = text
        guard let date = text.withUTF8({ CalendarDate(xmlDateTime: $0) }) else { return nil }
        self = date
    }

    init?(xmlDate bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 10, Self.isZone(bytes[10...]),
            let date = CalendarDate(dateDigits: bytes[..<10])
        else { return nil }
        self = date
    }

    init?(xmlDateTime bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 19, bytes[10] == UInt8(ascii: "T"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = Self.number(bytes[11..<13]), let minute = Self.number(bytes[14..<16]),
            let second = Self.number(bytes[17..<19]),
            hour < 24, minute < 60, second < 60,
            let date = CalendarDate(dateDigits: bytes[..<10])
        else { return nil }
        var rest = bytes[19...]
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (48...57).contains($0) }.count
            guard digits > 0 else { return nil }
            rest = rest.dropFirst(digits + 1)
        }
        guard Self.isZone(rest) else { return nil }
        self = date
    }

    private init?(dateDigits bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        let start = bytes.startIndex
        guard bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-"),
            let year = Self.number(bytes[start..<start + 4]),
            let month = Self.number(bytes[start + 5..<start + 7]),
            let day = Self.number(bytes[start + 8..<start + 10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    private static func isZone(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let start = bytes.startIndex
        if bytes.isEmpty || (bytes.count == 1 && bytes[start] == UInt8(ascii: "Z")) { return true }
        guard bytes.count == 6,
            bytes[start] == UInt8(ascii: "+") || bytes[start] == UInt8(ascii: "-"),
            bytes[start + 3] == UInt8(ascii: ":"),
            let hour = number(bytes[start + 1..<start + 3]),
            let minute = number(bytes[start + 4..<start + 6])
        else { return false }
        return hour <= 14 && minute < 60
    }

    private static func number(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        var value = 0
        for byte in bytes {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }
}
