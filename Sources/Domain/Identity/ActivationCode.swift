/// A code by letter or counter that enrols one phone or terminal, once.
///
/// Crockford's Base32 with its check symbol modulo 37 (crockford.com/base32.html): eleven random
/// characters and the check, in groups of four, such as `7KQ2-M9XA-0D4T`. Lower case, spaces and
/// hyphens are forgiven, as are O for 0 and I or L for 1. Codes whose check would be one of the five
/// symbols beyond the alphabet are not given out, so that all twelve are letters and digits; 54.8
/// bits are left to guess.
///
/// 37 is prime and larger than 32, so every single wrong character and every swap of two neighbours
/// is found.
package struct ActivationCode: Hashable, Sendable, CustomStringConvertible {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// Long enough for a letter: 30 days, in microseconds.
    package static let lifetime: Int64 = 30 * 86_400 * 1_000_000

    /// Twelve characters, without hyphens.
    package let characters: String

    /// Makes a new code from a source of randomness.
    package init(using generator: inout some RandomNumberGenerator) {
        var values: [Int]
        repeat {
            values = (0..<11).map { _ in Int.random(in: 0..<32, using: &generator) }
        } while Self.check(values) >= Self.alphabet.count
        characters = String((values + [Self.check(values)]).map { Self.alphabet[$0] })
    }

    /// Reads a code as a person typed it; `nil` when its length, a character or the check is wrong,
    /// so that it cannot be one that was ever given out.
    package init?(typed text: String) {
        guard text.utf8.count <= 40 else { return nil }
        var values: [Int] = []
        for character in text.uppercased() where character != "-" && character != " " {
            let plain: Character =
                switch character {
                case "O": "0"
                case "I", "L": "1"
                default: character
                }
            guard let value = Self.alphabet.firstIndex(of: plain) else { return nil }
            values.append(value)
        }
        guard values.count == 12, Self.check(Array(values.dropLast())) == values.last else {
            return nil
        }
        characters = String(values.map { Self.alphabet[$0] })
    }

    /// In groups of four, as printed.
    package var description: String {
        let all = Array(characters)
        return stride(from: 0, to: all.count, by: 4).map { String(all[$0..<$0 + 4]) }
            .joined(separator: "-")
    }

    /// The number that the characters write in base 32, modulo 37.
    private static func check(_ values: [Int]) -> Int {
        values.reduce(0) { ($0 * 32 + $1) % 37 }
    }
}

/// The number on a terminal: six digits and a Luhn check digit (ISO/IEC 7812-1 annex B).
package enum TerminalNumber {
    /// The full seven digits for a serial from 0 to 999,999.
    package static func text(serial: Int) -> String {
        precondition((0...999_999).contains(serial), "serial out of range")
        let digits = String(serial)
        let six = String(repeating: "0", count: 6 - digits.count) + digits
        let sum = six.reversed().enumerated().reduce(0) { sum, next in
            let digit = next.element.wholeNumberValue ?? 0
            let weighted = next.offset.isMultiple(of: 2) ? digit * 2 : digit
            return sum + weighted / 10 + weighted % 10
        }
        return six + String((10 - sum % 10) % 10)
    }
}
