import API
import Crypto
import FoundationEssentials
import JWTKit
import ServiceKit

/// The public half of a key that signs, will sign or has signed access tokens.
struct VerificationKey: Sendable {
    /// As the key set tells it.
    let published: PublishedKey
    private let key: ES256PublicKey

    /// Names the key by its thumbprint.
    init(_ key: P256.Signing.PublicKey) throws {
        let point = key.rawRepresentation
        let x = Base64URL.text(point.prefix(32))
        let y = Base64URL.text(point.suffix(32))
        published = PublishedKey(x: x, y: y, kid: KeyThumbprint.text(of: key))
        self.key = try ES256PublicKey(backing: key)
    }

    /// Reads a PEM file with a public key, or with a private one, of which the public half is
    /// kept; throws `ServiceConfiguration.Invalid`.
    init(file: String) throws {
        guard let pem = try? String(contentsOf: URL(filePath: file), encoding: .utf8),
            let key = (try? P256.Signing.PublicKey(pemRepresentation: pem))
                ?? (try? P256.Signing.PrivateKey(pemRepresentation: pem))?.publicKey,
            let made = try? Self(key)
        else {
            throw ServiceConfiguration.Invalid(
                description: "accounts.publishedKeyFiles names no P-256 key: \(file)"
            )
        }
        self = made
    }

    /// Lets a collection verify with this key.
    func add(to keys: JWTKeyCollection) async {
        await keys.add(ecdsa: key, kid: JWKIdentifier(string: published.kid))
    }
}
