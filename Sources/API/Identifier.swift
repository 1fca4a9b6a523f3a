package import FoundationEssentials

/// A UUID that is always written in lower case (RFC 9562 §4) and read in either case.
///
/// `UUID` alone encodes upper-case text, which would make one object have two spellings in
/// addresses, signatures and idempotency fingerprints.
package struct Identifier: Hashable, Sendable {
    /// The 128 bits.
    package let uuid: UUID

    /// Wraps a UUID, of any version.
    package init(_ uuid: UUID) {
        self.uuid = uuid
    }
}

extension Identifier: LosslessStringConvertible {
    /// The 36 characters in lower case.
    package var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            withUnsafeBytes(of: uuid.uuid) { bytes in
                var place = 0
                for (index, byte) in bytes.enumerated() {
                    if hasHyphen(before: index) {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    text[place] = hexDigit(byte >> 4)
                    text[place + 1] = hexDigit(byte & 0x0F)
                    place += 2
                }
                return place
            }
        }
    }

    /// Reads 36 characters of hexadecimal digits and hyphens; nil for anything else.
    package init?(_ description: String) {
        var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        let isRead = withUnsafeMutableBytes(of: &uuid) { bytes in
            var characters = description.utf8.makeIterator()
            for index in bytes.indices {
                if hasHyphen(before: index),
                    characters.next() != UInt8(ascii: "-")
                {
                    return false
                }
                guard let high = characters.next().flatMap(hexValue),
                    let low = characters.next().flatMap(hexValue)
                else { return false }
                bytes[index] = high << 4 | low
            }
            return characters.next() == nil
        }
        guard isRead else { return nil }
        self.uuid = UUID(uuid: uuid)
    }
}

extension Identifier: ExpressibleByStringLiteral {
    /// Reads a literal; a literal that is no UUID is a programming error and stops the process.
    package init(stringLiteral value: String) {
        guard let identifier = Identifier(value) else {
            preconditionFailure("not a UUID literal")
        }
        self = identifier
    }
}

extension Identifier: Codable {
    /// Reads JSON text; throws `DecodingError.dataCorrupted` when it is no UUID.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let identifier = Identifier(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a UUID"
            )
        }
        self = identifier
    }

    /// Writes the lower-case text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Groups of 8, 4, 4, 4 and 12 digits.
private func hasHyphen(before byte: Int) -> Bool {
    byte == 4 || byte == 6 || byte == 8 || byte == 10
}

private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

private func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
