import Crypto
import FoundationEssentials

/// The keys under which the database keeps what it must not tell by itself: IBANs of people,
/// answers that hold activation codes, secrets of webhooks, and parts of payment files.
///
/// AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. Each purpose has a key of its own,
/// derived by HKDF-SHA256 (RFC 5869). Sealed bytes name their key and are bound to the place where
/// they stand, so that they open nowhere else. One key seals; retired ones only open.
package struct DataKeys: Sendable {
    /// What is sealed; a key for one purpose opens nothing of another.
    package enum Purpose: String, Sendable, CaseIterable {
        case iban
        case answer
        case webhook
        case upload
    }

    /// Why sealed bytes do not open.
    package enum Failure: Error {
        /// Their key is none of ours.
        case unknownKey
        /// They were changed, or stand in another place than they were sealed for.
        case damaged
    }

    /// 8 bytes that tell nothing of the key.
    package let currentID: [UInt8]
    private let keys: [[UInt8]: [Purpose: SymmetricKey]]

    // No JSON and no XML begins with it.
    private static let version: UInt8 = 1
    private static let idLength = 8

    /// Reads keys of 32 bytes or more in hexadecimal from files: the one that seals, and those that
    /// still open. Throws `ServiceConfiguration.Invalid`.
    package init(file: String, retired: [String]) throws {
        let current = try Secret.key(file: file, called: "data key")
        let others = try retired.map { try Secret.key(file: $0, called: "retired data key") }
        currentID = Self.id(of: current)
        keys = Dictionary(
            (others + [current]).map { (Self.id(of: $0), Self.purposes(of: $0)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Seals bytes for one place, such as the row that they stand in.
    package func seal(_ bytes: [UInt8], purpose: Purpose, of place: String) throws -> [UInt8] {
        guard let key = keys[currentID]?[purpose] else { throw Failure.unknownKey }
        let head = [Self.version] + currentID
        let box = try AES.GCM.seal(bytes, using: key, authenticating: head + Array(place.utf8))
        return head + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// What was sealed for this place; throws `Failure`.
    package func open(_ sealed: [UInt8], purpose: Purpose, of place: String) throws -> [UInt8] {
        guard Self.isSealed(sealed) else { throw Failure.damaged }
        let head = Array(sealed.prefix(1 + Self.idLength))
        guard let key = keys[Array(head.dropFirst())]?[purpose] else { throw Failure.unknownKey }
        guard let box = try? AES.GCM.SealedBox(combined: sealed.dropFirst(head.count)),
            let bytes = try? AES.GCM.open(
                box,
                using: key,
                authenticating: head + Array(place.utf8)
            )
        else { throw Failure.damaged }
        return Array(bytes)
    }

    /// Whether bytes have the form of sealed ones.
    package static func isSealed(_ bytes: [UInt8]) -> Bool {
        // The nonce has 12 bytes, the tag 16.
        bytes.first == version && bytes.count >= 1 + idLength + 12 + 16
    }

    private static func id(of key: [UInt8]) -> [UInt8] {
        let id = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key),
            info: Array("wijkmunt data key id".utf8),
            outputByteCount: idLength
        )
        return id.withUnsafeBytes { Array($0) }
    }

    private static func purposes(of key: [UInt8]) -> [Purpose: SymmetricKey] {
        var derived: [Purpose: SymmetricKey] = [:]
        for purpose in Purpose.allCases {
            derived[purpose] = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: key),
                info: Array("wijkmunt data key for \(purpose.rawValue)".utf8),
                outputByteCount: 32
            )
        }
        return derived
    }
}

extension ServiceConfiguration {
    /// The keys of `secrets.dataKeyFile` and `secrets.retiredDataKeyFiles`; throws `Invalid`.
    package func dataKeys() async throws -> DataKeys {
        try DataKeys(
            file: required("secrets.dataKeyFile"),
            retired: await texts("secrets.retiredDataKeyFiles")
        )
    }
}
