import Crypto
package import Domain
package import FoundationEssentials

/// The key of the hashes by which IBANs and activation codes are found without being stored.
///
/// HMAC-SHA256 (RFC 2104): without the key a stolen table cannot be searched by trying all IBANs.
package struct LookupKey: Sendable {
    /// Has taken the key in: what is left to do for a value is the value.
    private let keyed: HMAC<SHA256>

    /// Reads 32 or more bytes in hexadecimal from a file; throws `ServiceConfiguration.Invalid`.
    package init(file: String) throws {
        let key = try Secret.key(file: file, called: "lookup key")
        keyed = HMAC(key: SymmetricKey(data: key))
    }

    /// The 32-byte hash of a value of one kind; kinds keep equal texts apart.
    package func hash(_ value: String, kind: Kind) -> [UInt8] {
        var message = "\(kind.rawValue):\(value)"
        var code = keyed
        message.withUTF8 { code.update(data: UnsafeRawBufferPointer($0)) }
        return code.finalize().withUnsafeBytes { Array($0) }
    }

    /// The hash of the number by which an institution, or a community itself, knows somebody: of
    /// another institution the same number is another one.
    package func hash(_ number: ClientNumber, of owner: UUID) -> [UInt8] {
        hash("\(owner.uuidString)/\(number.characters)", kind: .clientNumber)
    }

    /// What is looked up.
    package enum Kind: String, Sendable {
        case iban
        case activationCode = "activation-code"
        /// The fingerprint of a request that is answered once.
        case request
        case cardNumber = "card-number"
        case cardPIN = "card-pin"
        case clientNumber = "client-number"
        /// Where wrong codes come from.
        case network
    }
}
