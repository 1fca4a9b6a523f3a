/// The text of a merchant-presented QR code as EMVCo defines it: data objects of two digits, a
/// two-digit length and a value, one after the other, the last of them a checksum
/// (EMV QRCPS Merchant-Presented Mode 1.1, section 4).
package struct EMVCode: Hashable, Sendable {
    /// One data object.
    package struct Element: Hashable, Sendable {
        /// `00` to `99`.
        package let id: String
        /// 1 to 99 characters.
        package let value: String

        /// Creates it from its members; what does not fit is refused where a code is made of it.
        package init(_ id: String, _ value: String) {
            (self.id, self.value) = (id, value)
        }
    }

    /// Why a text, or a list of elements, is no code.
    package enum Refusal: String, Error, CaseIterable, Sendable {
        /// More than 512 characters (section 4.1).
        case tooLong
        /// An id, a length or a value that does not fit.
        case malformed
        /// An id twice.
        case repeated
        /// It does not begin with the format `000201`.
        case noFormat
        /// It does not end with a checksum, or with another one.
        case wrongChecksum
    }

    private static let mostCharacters = 512
    private static let format = Element("00", "01")
    private static let checksumID = "63"

    /// All but the checksum, the format first.
    package let elements: [Element]

    /// A code of these elements, to which format and checksum are added; throws ``Refusal``.
    package init(_ elements: [Element]) throws(Refusal) {
        let all = [Self.format] + elements
        guard !elements.contains(where: { $0.id == Self.format.id || $0.id == Self.checksumID })
        else { throw .repeated }
        try Self.requireProper(all)
        self.elements = all
        guard text.unicodeScalars.count <= Self.mostCharacters else { throw .tooLong }
    }

    /// Reads a code; throws ``Refusal``.
    package init(text: String) throws(Refusal) {
        guard text.unicodeScalars.count <= Self.mostCharacters else { throw .tooLong }
        let all = try Self.elements(of: text)
        guard all.first == Self.format else { throw .noFormat }
        guard let last = all.last, last.id == Self.checksumID,
            last.value == Self.checksum(of: text.utf8.dropLast(4))
        else { throw .wrongChecksum }
        elements = Array(all.dropLast())
    }

    /// The elements inside a text, such as the value of a template; throws ``Refusal``.
    package static func elements(of text: String) throws(Refusal) -> [Element] {
        var rest = text.unicodeScalars[...]
        var found: [Element] = []
        while !rest.isEmpty {
            let id = String(rest.prefix(2))
            let length = String(rest.dropFirst(2).prefix(2))
            // Lengths count characters, not bytes: names may be in any script.
            guard isTwoDigits(id), isTwoDigits(length), let count = Int(length), count > 0
            else { throw .malformed }
            rest = rest.dropFirst(4)
            guard rest.count >= count else { throw .malformed }
            found.append(Element(id, String(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        try requireProper(found)
        return found
    }

    /// A template's value: elements one after the other.
    package static func text(of elements: [Element]) -> String {
        elements.map { element in
            let count = element.value.unicodeScalars.count
            return element.id + (count < 10 ? "0\(count)" : "\(count)") + element.value
        }.joined()
    }

    /// The code as it is shown.
    package var text: String {
        let body = Self.text(of: elements) + Self.checksumID + "04"
        return body + Self.checksum(of: body.utf8)
    }

    /// Four hexadecimal digits, in capitals as in section 4.7.3.
    private static func checksum(of bytes: some Sequence<UInt8>) -> String {
        let sum = String(CRC16.checksum(bytes), radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - sum.count) + sum
    }

    /// The value of an element; `nil` without it.
    package subscript(id: String) -> String? { elements.first { $0.id == id }?.value }

    private static func requireProper(_ elements: [Element]) throws(Refusal) {
        for element in elements {
            guard isTwoDigits(element.id), (1...99).contains(element.value.unicodeScalars.count)
            else { throw .malformed }
        }
        guard Set(elements.map(\.id)).count == elements.count else { throw .repeated }
    }

    private static func isTwoDigits(_ text: String) -> Bool {
        text.utf8.count == 2
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
