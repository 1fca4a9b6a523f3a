import API
package import Crypto
import FoundationEssentials

/// The public key that a proof brings along in its header (RFC 7517, RFC 8037).
enum ProofKey: Sendable {
    case p256(P256.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)

    /// What proofs may be signed with, as the server's metadata tells it.
    static let algorithms = ["ES256", "EdDSA"]

    /// Reads a JWK; `nil` for another kind, for a point that is none, and for one with a private
    /// half, which nobody should have sent.
    init?(_ jwk: JSONValue) {
        guard jwk["d"] == nil, let x = jwk["x"]?.string.flatMap({ Base64URL.bytes($0) }),
            x.count == 32
        else { return nil }
        switch (jwk["kty"]?.string, jwk["crv"]?.string) {
        case ("EC", "P-256"):
            guard let y = jwk["y"]?.string.flatMap({ Base64URL.bytes($0) }), y.count == 32,
                let key = try? P256.Signing.PublicKey(rawRepresentation: x + y)
            else { return nil }
            self = .p256(key)
        case ("OKP", "Ed25519"):
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else {
                return nil
            }
            self = .ed25519(key)
        default:
            return nil
        }
    }

    /// The only algorithm that the key signs with (RFC 7518 section 3.1, RFC 8037 section 3.1).
    var algorithm: String {
        switch self {
        case .p256: "ES256"
        case .ed25519: "EdDSA"
        }
    }

    /// Whether the key made a signature of these bytes.
    func isValid(_ signature: [UInt8], for signed: [UInt8]) -> Bool {
        switch self {
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: signed)
        case .ed25519(let key):
            return key.isValidSignature(signature, for: signed)
        }
    }

    var thumbprint: String {
        switch self {
        case .p256(let key): KeyThumbprint.text(of: key)
        case .ed25519(let key): KeyThumbprint.text(of: key)
        }
    }
}

/// The name that follows from a public key alone (RFC 7638): SHA-256 over the required members of
/// its JWK in alphabetical order, without spaces, in base64url.
package enum KeyThumbprint {
    /// Of a P-256 key.
    package static func text(of key: P256.Signing.PublicKey) -> String {
        let point = key.rawRepresentation
        let (x, y) = (Base64URL.text(point.prefix(32)), Base64URL.text(point.suffix(32)))
        return text(#"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#)
    }

    /// Of an Ed25519 key (RFC 8037 section 2).
    package static func text(of key: Curve25519.Signing.PublicKey) -> String {
        let x = Base64URL.text(key.rawRepresentation)
        return text(#"{"crv":"Ed25519","kty":"OKP","x":"\#(x)"}"#)
    }

    private static func text(_ members: String) -> String {
        Base64URL.text(SHA256.hash(data: Data(members.utf8)))
    }
}
