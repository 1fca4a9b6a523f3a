/// Exact reading and writing of decimal amounts with two digits, without floating point.
package enum DecimalAmount {
    /// One line may not reach this many minor units: 2^53, the last integer every JSON reader keeps.
    package static let limitMinorUnits: Int64 = 1 << 53

    /// Why a text is not an amount in minor units.
    package enum Refusal: Error, Sendable, Equatable {
        /// Nothing but white space.
        case empty
        /// Not digits with at most one point: a comma, a sign, a thousands separator, a letter.
        case syntax
        /// More than two digits after the point.
        case decimals
        /// `limitMinorUnits` or more.
        case tooLarge
    }

    /// Hundredths in a text such as `1200`, `10.5` or `0.99`; never negative, possibly zero.
    package static func read(_ text: String) -> Result<Int64, Refusal> {
        var text = text
        return text.withUTF8 { read($0) }
    }

    /// The same of bytes. A list may have a comma as its decimal mark; a payment message may not.
    static func read(
        _ bytes: UnsafeBufferPointer<UInt8>,
        mark: UInt8 = UInt8(ascii: ".")
    ) -> Result<Int64, Refusal> {
        parse(bytes, mark: mark, ignoringTrailingZeros: false, below: limitMinorUnits)
    }

    /// Hundredths in a control sum, whose zeros after the second decimal mean nothing.
    static func readControlSum(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<Int64, Refusal> {
        parse(bytes, mark: UInt8(ascii: "."), ignoringTrailingZeros: true, below: .max)
    }

    /// `123456` as `1234.56`.
    package static func text(_ minorUnits: Int64) -> String {
        let magnitude = minorUnits.magnitude
        let sign = minorUnits < 0 ? "-" : ""
        return "\(sign)\(magnitude / 100).\(CalendarDate.padded(Int(magnitude % 100), 2))"
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>,
        mark: UInt8,
        ignoringTrailingZeros: Bool,
        below limit: Int64
    ) -> Result<Int64, Refusal> {
        guard !bytes.isEmpty else { return .failure(.empty) }
        var end = bytes.count
        let point = bytes.firstIndex(of: mark) ?? end
        guard bytes.count > 1 || point == end,
            bytes.indices.allSatisfy({ $0 == point || isDigit(bytes[$0]) })
        else { return .failure(.syntax) }
        if ignoringTrailingZeros {
            while end - point > 3, bytes[end - 1] == UInt8(ascii: "0") { end -= 1 }
        }
        guard end - point <= 3 else { return .failure(.decimals) }
        var value: Int64 = 0
        func append(_ digit: UInt8) -> Bool {
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int64(digit - 48))
            value = sum
            return !overflow && !carry && sum < limit
        }
        for index in 0..<end where index != point {
            guard append(bytes[index]) else { return .failure(.tooLarge) }
        }
        for _ in max(0, end - point - 1)..<2 {
            guard append(48) else { return .failure(.tooLarge) }
        }
        return .success(value)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
