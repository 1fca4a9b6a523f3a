/// An amount of one coin (or of euro) in integer minor units.
///
/// Range: ±(2^53 − 1) minor units, so that any JSON reader can hold it exactly.
package struct Money: Hashable, Sendable {
    /// The largest magnitude, in minor units: 2^53 − 1.
    package static let largest: Int64 = 9_007_199_254_740_991

    /// The amount in minor units (cents, for a coin of two digits).
    package let minorUnits: Int64
    /// The coin's code, for example `oosterhof`; `EUR` for euro.
    package let coin: String

    /// Makes an amount; the caller warrants the range, which every source of amounts checks.
    package init(minorUnits: Int64, coin: String) {
        precondition(minorUnits.magnitude <= UInt64(Self.largest), "amount out of range")
        self.minorUnits = minorUnits
        self.coin = coin
    }
}

/// How decimal text and minor units of a coin belong together.
package enum DecimalText {
    /// Why a text is not an amount of a coin.
    package enum Refusal: Error, Hashable, Sendable {
        /// Not a plain decimal number: sign, exponent, comma, spaces or leading zeros.
        case malformed
        /// More or fewer decimals than the coin has.
        case digits(expected: Int)
        /// Larger than ``Money/largest``.
        case outOfRange
    }

    /// Minor units of a decimal text that has exactly `digits` decimals, as amounts in the API have.
    ///
    /// `"12.50"` with two digits is 1250. Throws ``Refusal`` with the first thing wrong.
    package static func minorUnits(_ text: String, digits: Int) throws(Refusal) -> Int64 {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
            parts.joined().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            parts[0].count == 1 || parts[0].first != UInt8(ascii: "0")
        else { throw .malformed }
        let decimals = parts.count == 2 ? parts[1].count : 0
        guard decimals == digits else { throw .digits(expected: digits) }
        var units: Int64 = 0
        for digit in parts.joined() {
            let (tenfold, overflowed) = units.multipliedReportingOverflow(by: 10)
            guard !overflowed else { throw .outOfRange }
            units = tenfold + Int64(digit - UInt8(ascii: "0"))
            guard units <= Money.largest else { throw .outOfRange }
        }
        return units
    }

    /// Decimal text with exactly `digits` decimals: 1250 with two digits is `"12.50"`.
    package static func text(_ minorUnits: Int64, digits: Int) -> String {
        let sign = minorUnits < 0 ? "-" : ""
        let plain = String(minorUnits.magnitude)
        guard digits > 0 else { return sign + plain }
        let padded = String(repeating: "0", count: max(0, digits + 1 - plain.count)) + plain
        return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
    }
}
