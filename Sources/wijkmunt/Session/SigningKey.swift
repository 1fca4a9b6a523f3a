import API
import Crypto
import FoundationEssentials

/// A P-256 key of a client and what it signs. Devices would keep it in hardware; here it is a file.
struct SigningKey: Sendable {
    private let key: P256.Signing.PrivateKey

    /// Makes a new key.
    init() {
        key = P256.Signing.PrivateKey()
    }

    /// Reads PEM (PKCS#8 or SEC 1).
    init(pem: String) throws {
        key = try P256.Signing.PrivateKey(pemRepresentation: pem)
    }

    /// PEM (PKCS#8).
    var pem: String { key.pemRepresentation }

    /// The public half, to register; the raw representation is x and y of 32 bytes each.
    var publicKey: EcPublicJwk {
        let bytes = key.publicKey.rawRepresentation
        return EcPublicJwk(x: base64URL(bytes.prefix(32)), y: base64URL(bytes.suffix(32)))
    }

    /// A compact JWS (RFC 7515 section 7.1) with ES256 over the JSON of the claims.
    func sign(_ claims: some Encodable, keyID: Identifier) throws -> String {
        try sign(claims, header: Header(kid: keyID.description))
    }

    /// A proof that this key sends one request (RFC 9449 section 4.2).
    func prove(_ claims: some Encodable) throws -> String {
        try sign(claims, header: ProofHeader(jwk: publicKey))
    }

    /// 64 bytes of ES256 over any bytes.
    func signature(over bytes: [UInt8]) throws -> [UInt8] {
        Array(try key.signature(for: bytes).rawRepresentation)
    }

    private func sign(_ claims: some Encodable, header: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let signed =
            base64URL(try encoder.encode(header)) + "." + base64URL(try encoder.encode(claims))
        let signature = try key.signature(for: Data(signed.utf8))
        return signed + "." + base64URL(signature.rawRepresentation)
    }

    private struct Header: Encodable {
        var alg = "ES256"
        var typ = "JWT"
        let kid: String
    }

    private struct ProofHeader: Encodable {
        var alg = "ES256"
        var typ = "dpop+jwt"
        let jwk: EcPublicJwk
    }
}

/// Base 64 for URLs without padding (RFC 4648 section 5).
func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString()
        .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

/// SHA-256 of bytes.
func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

/// So many random bytes from the operating system.
func randomBytes(_ count: Int) -> [UInt8] {
    SymmetricKey(size: .init(bitCount: count * 8)).withUnsafeBytes(Array.init)
}
