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
    package var description: String { uuid.uuidString.lowercased() }

    /// Reads 36 characters of hexadecimal digits and hyphens; nil for anything else.
    package init?(_ description: String) {
        guard description.utf8.count == 36, let uuid = UUID(uuidString: description) else {
            return nil
        }
        self.uuid = uuid
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
