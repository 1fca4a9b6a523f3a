/// A moment in UTC, exact to the microsecond; in JSON the RFC 3339 text with `Z`.
///
/// A count instead of `Date`, because a binary fraction of seconds cannot hold every microsecond
/// and PostgreSQL's `timestamptz` can. Years 0000 to 9999, proleptic Gregorian, no leap seconds.
package struct Instant: Hashable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before.
    package let microseconds: Int64

    /// The first moment that RFC 3339 can write, 0000-01-01T00:00:00Z.
    package static let earliest = Instant(unchecked: -62_167_219_200_000_000)

    /// The last moment that RFC 3339 can write, 9999-12-31T23:59:59.999999Z.
    package static let latest = Instant(unchecked: 253_402_300_799_999_999)

    /// Wraps a count of microseconds since 1970; a moment outside `earliest...latest` is a
    /// programming error and stops the process.
    package init(microseconds: Int64) {
        let range = Instant.earliest.microseconds...Instant.latest.microseconds
        precondition(range.contains(microseconds), "instant outside the years 0000 to 9999")
        self.microseconds = microseconds
    }

    private init(unchecked microseconds: Int64) {
        self.microseconds = microseconds
    }
}

extension Instant: Comparable {
    /// Earlier is less.
    package static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Instant: LosslessStringConvertible {
    /// `2026-03-01T12:00:00Z`, or with exactly six digits of fraction when it is not whole.
    package var description: String {
        let (days, clock) = flooredDivision(microseconds, by: Self.microsecondsPerDay)
        let (year, month, day) = civilDate(daysSince1970: days)
        let (seconds, fraction) = flooredDivision(clock, by: 1_000_000)
        return String(unsafeUninitializedCapacity: 27) { text in
            write(year, 4, at: 0, of: text)
            text[4] = UInt8(ascii: "-")
            write(month, 2, at: 5, of: text)
            text[7] = UInt8(ascii: "-")
            write(day, 2, at: 8, of: text)
            text[10] = UInt8(ascii: "T")
            write(seconds / 3600, 2, at: 11, of: text)
            text[13] = UInt8(ascii: ":")
            write(seconds / 60 % 60, 2, at: 14, of: text)
            text[16] = UInt8(ascii: ":")
            write(seconds % 60, 2, at: 17, of: text)
            if fraction > 0 {
                text[19] = UInt8(ascii: ".")
                write(fraction, 6, at: 20, of: text)
            }
            let end = fraction > 0 ? 26 : 19
            text[end] = UInt8(ascii: "Z")
            return end + 1
        }
    }

    /// Reads RFC 3339 text in UTC with a capital `T` and `Z` and at most six digits of fraction.
    ///
    /// Nil for another offset, a leap second, a date that does not exist, or a finer fraction:
    /// rounding somebody's moment would change what they signed.
    package init?(_ description: String) {
        let text = Array(description.utf8)
        guard text.count >= 20, text.last == UInt8(ascii: "Z"),
            text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10] == UInt8(ascii: "T"),
            text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            let year = number(text[0..<4]), let month = number(text[5..<7]),
            let day = number(text[8..<10]), let hour = number(text[11..<13]),
            let minute = number(text[14..<16]), let second = number(text[17..<19]),
            (1...12).contains(month), hour < 24, minute < 60, second < 60,
            let fraction = microsecondFraction(text[19..<(text.count - 1)])
        else { return nil }
        let days = daysSince1970(year: year, month: month, day: day)
        guard civilDate(daysSince1970: days) == (year, month, day) else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        self.init(unchecked: seconds * 1_000_000 + fraction)
    }

    private static let microsecondsPerDay: Int64 = 86_400_000_000
}

extension Instant: Codable {
    /// Reads RFC 3339 text; throws `DecodingError.dataCorrupted` for any other.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let instant = Instant(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not an RFC 3339 moment in UTC"
            )
        }
        self = instant
    }

    /// Writes RFC 3339 text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

private func flooredDivision(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// Writes exactly `width` digits.
private func write(
    _ value: Int64,
    _ width: Int,
    at start: Int,
    of text: UnsafeMutableBufferPointer<UInt8>
) {
    var rest = value
    for place in (start..<(start + width)).reversed() {
        text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
    }
}

private func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        value = value * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    return value
}

private func microsecondFraction(_ text: ArraySlice<UInt8>) -> Int64? {
    guard let point = text.first else { return 0 }
    let digits = text.dropFirst()
    guard point == UInt8(ascii: "."), (1...6).contains(digits.count) else { return nil }
    return number(digits + Array(repeating: UInt8(ascii: "0"), count: 6 - digits.count))
}

// Both directions count the year from 1 March, so that the leap day is the last of its year, in
// cycles of 400 years = 146,097 days; 719,468 days lie between 0000-03-01 and 1970-01-01.

private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let marchYear = month > 2 ? year : year - 1
    let (cycle, yearOfCycle) = flooredDivision(marchYear, by: 400)
    let marchMonth = (month + 9) % 12
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
    return cycle * 146_097 + dayOfCycle - 719_468
}

private func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (cycle, dayOfCycle) = flooredDivision(days + 719_468, by: 146_097)
    let leapDays = dayOfCycle / 1460 - dayOfCycle / 36_524 + dayOfCycle / 146_096
    let yearOfCycle = (dayOfCycle - leapDays) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day)
}
