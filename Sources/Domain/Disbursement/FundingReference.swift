package import FoundationEssentials

/// The reference by which euros that arrive find their programme: a creditor reference of ISO 11649
/// (`RF…`), or one that the payer uses already.
package struct FundingReference: Hashable, Sendable {
    /// 6 to 25 capitals and digits, inside also `.` and `-`, with at least one digit.
    package let text: String

    /// A reference as the payer writes it; nil without that form, and for one that begins like a
    /// creditor reference and has other check digits.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (6...25).contains(bytes.count), bytes.contains(where: Self.isDigit),
            bytes.allSatisfy({ Self.isWord($0) || Self.isJoiner($0) }),
            let first = bytes.first, let last = bytes.last, Self.isWord(first), Self.isWord(last)
        else { return nil }
        let looksStructured =
            bytes.starts(with: "RF".utf8) && bytes[2...3].allSatisfy(Self.isDigit)
            && bytes.allSatisfy(Self.isWord)
        guard !looksStructured || Self.remainder(bytes[4...] + bytes[..<4]) == 1 else {
            return nil
        }
        self.text = text
    }

    /// The creditor reference of a programme: `RF`, two check digits, `WM`, and the last twelve
    /// hexadecimal digits of the programme's id, which are random.
    package init(of programme: UUID) {
        let digits = programme.uuidString.filter { $0 != "-" }.suffix(12)
        let reference = Array("WM\(digits)".utf8)
        let check = 98 - Self.remainder(reference + Array("RF00".utf8))
        text = "RF\(check / 10)\(check % 10)WM\(digits)"
    }

    /// Whether a text names the reference as a word of its own. Case does not count, nor do spaces
    /// inside: people write it in groups of four, and banks break lines anywhere.
    package func isNamed(in text: String) -> Bool {
        let wanted = Array(self.text.utf8)
        let found = text.utf8.map(Self.upperCased)
        return found.indices.contains { start in
            guard found[start] == wanted[0], !Self.isInsideWord(found[..<start].reversed()) else {
                return false
            }
            var rest = found[start...]
            for byte in wanted {
                rest = rest.drop { $0 == UInt8(ascii: " ") }
                guard rest.popFirst() == byte else { return false }
            }
            return !Self.isInsideWord(rest)
        }
    }

    /// Whether a word goes on with these bytes, seen from where it would end.
    private static func isInsideWord(_ bytes: some Collection<UInt8>) -> Bool {
        guard let next = bytes.first else { return false }
        return isWord(next) || isJoiner(next) && bytes.dropFirst().first.map(isWord) == true
    }

    /// ISO 7064 MOD 97-10; letters count as 10 to 35.
    private static func remainder(_ bytes: some Sequence<UInt8>) -> Int {
        bytes.reduce(0) { rest, byte in
            isDigit(byte)
                ? (rest * 10 + Int(byte) - 48) % 97 : (rest * 100 + Int(byte) - 55) % 97
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || (65...90).contains(byte) }
    private static func isJoiner(_ byte: UInt8) -> Bool { byte == 45 || byte == 46 }
    private static func upperCased(_ byte: UInt8) -> UInt8 {
        (97...122).contains(byte) ? byte - 32 : byte
    }
}
