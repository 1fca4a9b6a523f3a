import API
import Crypto
import FoundationEssentials
import JWTKit
import ServiceKit

/// The public key of a client: a point that is on the curve P-256.
struct ClientKey: Sendable {
    /// 32 bytes, big-endian.
    let x: [UInt8]
    /// 32 bytes, big-endian.
    let y: [UInt8]

    /// Reads a key from a request; throws 400 naming the member at `pointer`.
    init(_ jwk: EcPublicJwk, at pointer: String) throws {
        guard let x = Base64URL.bytes(jwk.x), x.count == 32 else {
            throw Problem.invalid("\(pointer)/x", "must be 32 bytes in base64url")
        }
        guard let y = Base64URL.bytes(jwk.y), y.count == 32 else {
            throw Problem.invalid("\(pointer)/y", "must be 32 bytes in base64url")
        }
        guard (try? P256.Signing.PublicKey(x963Representation: [0x04] + x + y)) != nil else {
            throw Problem.invalid(pointer, "is not a point on the curve P-256")
        }
        self.init(x: x, y: y)
    }

    /// A key that was checked before.
    init(x: [UInt8], y: [UInt8]) {
        self.x = x
        self.y = y
    }

    /// The key that ES256 signatures are verified with; throws when it is no point on the curve.
    func verifier() throws -> ES256PublicKey {
        try ES256PublicKey(backing: P256.Signing.PublicKey(x963Representation: [0x04] + x + y))
    }
}
