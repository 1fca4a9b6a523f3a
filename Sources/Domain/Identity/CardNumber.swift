/// The number of a card for people without a phone: a 9, fourteen random digits and a check digit
/// (Luhn, ISO/IEC 7812-1 annex B).
///
/// The 9 keeps the numbers apart from those of bank cards, which begin with other digits. A
/// random number has some 46 bits: of a hundred thousand cards nobody finds one by trying.
package struct CardNumber: Hashable, Sendable, CustomStringConvertible {
    /// How many digits a number has.
    package static let length = 16

    /// Sixteen digits without spaces.
    package let digits: String

    /// Makes a new number from a source of randomness.
    package init(using generator: inout some RandomNumberGenerator) {
        let values = [9] + (0..<14).map { _ in Int.random(in: 0...9, using: &generator) }
        digits = (values + [Self.checkDigit(values)]).map(String.init).joined()
    }

    /// Reads a number as a person typed it or a reader read it; spaces and hyphens are forgiven.
    /// `nil` when its length, its first digit, a character or the check is wrong.
    package init?(typed text: String) {
        guard text.utf8.count <= 40 else { return nil }
        var values: [Int] = []
        for character in text.utf8 where character != UInt8(ascii: "-") && character != 0x20 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { return nil }
            values.append(Int(character - UInt8(ascii: "0")))
        }
        guard values.count == Self.length, values[0] == 9,
            Self.checkDigit(Array(values.dropLast())) == values.last
        else { return nil }
        digits = values.map(String.init).joined()
    }

    /// What may be shown of the number.
    package var lastFour: String { String(digits.suffix(4)) }

    /// In groups of four, as printed.
    package var description: String {
        let all = Array(digits)
        return stride(from: 0, to: all.count, by: 4).map { String(all[$0..<$0 + 4]) }
            .joined(separator: " ")
    }

    private static func checkDigit(_ values: [Int]) -> Int {
        let sum = values.reversed().enumerated().reduce(0) { sum, next in
            let weighted = next.offset.isMultiple(of: 2) ? next.element * 2 : next.element
            return sum + weighted / 10 + weighted % 10
        }
        return (10 - sum % 10) % 10
    }
}
