/// The number by which an institution knows somebody in its own books, such as `K-104822`.
///
/// It is a pseudonym that the institution made, never the citizen service number (BSN), which only
/// those may use whom a law allows to. What could be one is refused; an institution whose own numbers
/// are nine digits puts a letter in front.
package struct ClientNumber: Hashable, Sendable {
    /// Why a text is no such number.
    package enum Refusal: Error, Sendable {
        /// Not 4 to 34 letters, digits, hyphens, full stops, slashes and underscores.
        case form
        /// Passes the test of citizen service numbers.
        case citizenServiceNumber
    }

    /// Capitals, digits and separators, without spaces; 4 to 34 characters.
    package let characters: String

    /// Reads a number as a person typed it or a file writes it; capitals and spaces do not matter.
    package init(typed text: String) throws(Refusal) {
        guard text.utf8.count <= 70 else { throw .form }
        let characters = text.uppercased().filter { $0 != " " }
        let isPlain = characters.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isPlain, (4...34).contains(characters.utf8.count) else { throw .form }
        guard !Self.couldBeCitizenServiceNumber(characters) else { throw .citizenServiceNumber }
        self.characters = characters
    }

    /// Recognised by the eye: bullets and, at most, the last three characters.
    package var masked: String {
        let shown = min(3, characters.count / 2 - 1)
        return String(repeating: "•", count: 4) + characters.suffix(shown)
    }

    /// Seven to nine digits (early numbers begin with zeros), with or without separators, zeros or
    /// `BSN` in front, whose sum with the weights 9 down to 2 and −1 is a multiple of eleven.
    private static func couldBeCitizenServiceNumber(_ characters: String) -> Bool {
        let letters = characters.filter(\.isLetter)
        guard letters.isEmpty || letters == "BSN" else { return false }
        let digits = characters.compactMap(\.wholeNumberValue).drop { $0 == 0 }
        guard (7...9).contains(digits.count) else { return false }
        let nine = Array(repeating: 0, count: 9 - digits.count) + digits
        let sum = zip(nine, [9, 8, 7, 6, 5, 4, 3, 2, -1]).reduce(0) { $0 + $1.0 * $1.1 }
        return sum % 11 == 0
    }
}
