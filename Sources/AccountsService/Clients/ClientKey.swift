import API
import Crypto
import FoundationEssentials
import JWTKit
import ServiceKit

/// The public key of a client. Phones and tills have P-256, because they approve payments with it.
enum ClientKey: Sendable {
    /// A point that is on the curve P-256; 32 bytes each, big-endian.
    case p256(x: [UInt8], y: [UInt8])
    /// A point of Ed25519, 32 bytes (RFC 8032).
    case ed25519([UInt8])
    /// The modulus of an RSA key, 2048 to 4096 bits, big-endian; the exponent is 65537.
    case rsa([UInt8])

    /// How assertions are signed (RFC 7518 section 3.1, RFC 8037 section 3.1).
    enum Algorithm: String, CaseIterable, Sendable {
        case es256 = "ES256"
        case edDSA = "EdDSA"
        case rs256 = "RS256"
    }

    /// The only one that the key signs with, whatever the header of an assertion says.
    var algorithm: Algorithm {
        switch self {
        case .p256: .es256
        case .ed25519: .edDSA
        case .rsa: .rs256
        }
    }

    /// Its name in tokens that are bound to it (RFC 7638); `nil` for RSA, with which no proof is
    /// signed.
    var thumbprint: String? {
        switch self {
        case .p256(let x, let y):
            (try? P256.Signing.PublicKey(rawRepresentation: x + y)).map(KeyThumbprint.text)
        case .ed25519(let point):
            (try? Curve25519.Signing.PublicKey(rawRepresentation: point)).map(KeyThumbprint.text)
        case .rsa: nil
        }
    }

    /// What verifies signatures of the key; throws when it is none.
    func verifier() async throws -> JWTKeyCollection {
        let keys = JWTKeyCollection()
        switch self {
        case .p256(let x, let y):
            let point = try P256.Signing.PublicKey(x963Representation: [0x04] + x + y)
            return await keys.add(ecdsa: try ES256PublicKey(backing: point))
        case .ed25519(let point):
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: point)
            return await keys.add(eddsa: EdDSA.PublicKey(backing: key))
        case .rsa(let modulus):
            let key = try Insecure.RSA.PublicKey(
                modulus: Base64URL.text(modulus),
                exponent: Self.exponent
            )
            return await keys.add(rsa: key, digestAlgorithm: .sha256)
        }
    }

    /// 65537.
    private static let exponent = "AQAB"
}

extension ClientKey {
    /// Reads a key from a request; throws 400 naming the member at `pointer`.
    init(_ jwk: ClientJwk, at pointer: String) throws {
        switch jwk {
        case .ec(let jwk): try self.init(jwk, at: pointer)
        case .okp(let jwk):
            self = .ed25519(try Self.bytes(jwk.x, in: 32...32, at: "\(pointer)/x"))
        case .rsa(let jwk):
            let modulus = try Self.bytes(jwk.n, in: 256...512, at: "\(pointer)/n")
            // The first byte of 2048 bits is at least 0x80; a longer one only must not be zero.
            guard modulus[0] >= (modulus.count == 256 ? 0x80 : 1),
                modulus[modulus.count - 1] & 1 == 1
            else {
                throw Problem.invalid("\(pointer)/n", "is not a modulus of 2048 to 4096 bits")
            }
            self = .rsa(modulus)
        }
    }

    /// Reads a P-256 key from a request; throws 400 naming the member at `pointer`.
    init(_ jwk: EcPublicJwk, at pointer: String) throws {
        let x = try Self.bytes(jwk.x, in: 32...32, at: "\(pointer)/x")
        let y = try Self.bytes(jwk.y, in: 32...32, at: "\(pointer)/y")
        guard (try? P256.Signing.PublicKey(x963Representation: [0x04] + x + y)) != nil else {
            throw Problem.invalid(pointer, "is not a point on the curve P-256")
        }
        self = .p256(x: x, y: y)
    }

    private static func bytes(
        _ text: String,
        in lengths: ClosedRange<Int>,
        at pointer: String
    ) throws -> [UInt8] {
        guard let bytes = Base64URL.bytes(text), lengths.contains(bytes.count) else {
            let length =
                lengths.count == 1
                ? "\(lengths.lowerBound)" : "\(lengths.lowerBound) to \(lengths.upperBound)"
            throw Problem.invalid(pointer, "must be \(length) bytes in base64url")
        }
        return bytes
    }
}

extension ClientKey {
    /// What stands in the columns of `accounts.client`.
    struct Columns {
        let kind: String
        let x: [UInt8]?
        let y: [UInt8]?
        /// The key of another kind than P-256.
        let other: [UInt8]?
    }

    var columns: Columns {
        switch self {
        case .p256(let x, let y): Columns(kind: "P-256", x: x, y: y, other: nil)
        case .ed25519(let point): Columns(kind: "Ed25519", x: nil, y: nil, other: point)
        case .rsa(let modulus): Columns(kind: "RSA", x: nil, y: nil, other: modulus)
        }
    }

    /// A key that was checked before; `nil` for columns that we do not write.
    init?(_ columns: Columns) {
        switch (columns.kind, columns.x, columns.y, columns.other) {
        case ("P-256", let x?, let y?, nil): self = .p256(x: x, y: y)
        case ("Ed25519", nil, nil, let point?): self = .ed25519(point)
        case ("RSA", nil, nil, let modulus?): self = .rsa(modulus)
        default: return nil
        }
    }
}
