/// A moment, in whole microseconds since 1970-01-01T00:00:00Z: what `timestamptz` stores.
///
/// From 4713 BC, where PostgreSQL begins and refuses what is earlier, to 294247 AD, where 64 bits
/// end: the server's last thirty years, `infinity` and `-infinity` fail to decode.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970; negative before.
    package var microseconds: Int64

    /// A moment by its distance from 1970.
    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }
}

/// A day of the calendar without a time, in days since 1970-01-01: what `date` stores.
package struct Day: Sendable, Hashable, Comparable {
    /// Days since 1970-01-01; negative before.
    package var daysSince1970: Int32

    /// A day by its distance from 1970-01-01.
    package init(daysSince1970: Int32) { self.daysSince1970 = daysSince1970 }

    package static func < (left: Day, right: Day) -> Bool {
        left.daysSince1970 < right.daysSince1970
    }
}

extension Timestamp: PostgresValue {
    package static var postgresType: PostgresType { .timestamptz }

    /// The server counts from 2000-01-01, 10 957 days later.
    private static let epoch: Int64 = 10_957 * 86_400 * 1_000_000

    package func write(to bytes: inout [UInt8]) {
        let (value, overflow) = microseconds.subtractingReportingOverflow(Self.epoch)
        // The smallest integer means -infinity; the one above it is refused as out of range,
        // which is what a moment this far away should be.
        bytes.append(bigEndian: overflow ? Int64.min + 1 : max(value, Int64.min + 1))
    }

    package static func read(_ bytes: RawSpan, as type: PostgresType) -> Timestamp? {
        guard bytes.byteCount == 8, let value = bytes.bigEndian(Int64.self),
            value != .min, value != .max
        else { return nil }
        let (microseconds, overflow) = value.addingReportingOverflow(epoch)
        return overflow ? nil : Timestamp(microseconds: microseconds)
    }
}

extension Day: PostgresValue {
    package static var postgresType: PostgresType { .date }

    private static let epoch: Int32 = 10_957

    package func write(to bytes: inout [UInt8]) {
        let (value, overflow) = daysSince1970.subtractingReportingOverflow(Self.epoch)
        bytes.append(bigEndian: overflow ? Int32.min + 1 : max(value, Int32.min + 1))
    }

    package static func read(_ bytes: RawSpan, as type: PostgresType) -> Day? {
        guard bytes.byteCount == 4, let value = bytes.bigEndian(Int32.self),
            value != .min, value != .max
        else { return nil }
        let (days, overflow) = value.addingReportingOverflow(epoch)
        return overflow ? nil : Day(daysSince1970: days)
    }
}
