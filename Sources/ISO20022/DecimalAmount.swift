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
        parse(text, ignoringTrailingZeros: false, below: limitMinorUnits)
    }

    /// Hundredths in a control sum, whose zeros after the second decimal mean nothing.
    static func readControlSum(_ text: String) -> Result<Int64, Refusal> {
        parse(text, ignoringTrailingZeros: true, below: .max)
    }

    /// `123456` as `1234.56`.
    package static func text(_ minorUnits: Int64) -> String {
        let magnitude = minorUnits.magnitude
        let sign = minorUnits < 0 ? "-" : ""
        return "\(sign)\(magnitude / 100).\(CalendarDate.padded(Int(magnitude % 100), 2))"
    }

    private static func parse(
        _ text: String,
        ignoringTrailingZeros: Bool,
        below limit: Int64
    ) -> Result<Int64, Refusal> {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return .failure(.empty) }
        let parts = bytes.split(
            separator: UInt8(ascii: "."),
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        var fraction = parts.count == 2 ? parts[1] : []
        guard !parts[0].isEmpty || !fraction.isEmpty,
            (parts[0] + fraction).allSatisfy({ (48...57).contains($0) })
        else { return .failure(.syntax) }
        if ignoringTrailingZeros {
            while fraction.count > 2, fraction.last == 48 { fraction.removeLast() }
        }
        guard fraction.count <= 2 else { return .failure(.decimals) }
        var value: Int64 = 0
        for byte in parts[0] + fraction + Array(repeating: 48, count: 2 - fraction.count) {
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int64(byte - 48))
            guard !overflow, !carry, sum < limit else { return .failure(.tooLarge) }
            value = sum
        }
        return .success(value)
    }
}
