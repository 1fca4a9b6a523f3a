import API
import Crypto
import FoundationEssentials
import JWTKit
import ServiceKit

/// The key that access tokens are signed with: ES256, that is ECDSA on P-256 with SHA-256.
struct SigningKey: Sendable {
    /// The public half, as the key set tells it.
    let published: PublishedKey
    private let key: ES256PrivateKey

    /// Reads a PEM file (PKCS#8 or SEC 1); throws `ServiceConfiguration.Invalid`.
    init(file: String) throws {
        guard let pem = try? String(contentsOf: URL(filePath: file), encoding: .utf8),
            let secret = try? P256.Signing.PrivateKey(pemRepresentation: pem),
            let key = try? ES256PrivateKey(backing: secret)
        else {
            throw ServiceConfiguration.Invalid(
                description: "accounts.signingKeyFile is not a P-256 private key: \(file)"
            )
        }
        let point = secret.publicKey.rawRepresentation
        let x = Base64URL.text(point.prefix(32))
        let y = Base64URL.text(point.suffix(32))
        self.key = key
        published = PublishedKey(x: x, y: y, kid: Self.thumbprint(x: x, y: y))
    }

    /// RFC 7638: SHA-256 over the required members in alphabetical order, without spaces.
    static func thumbprint(x: String, y: String) -> String {
        let members = #"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#
        return Base64URL.text(SHA256.hash(data: Data(members.utf8)))
    }

    /// A signer and verifier with this one key, known by its thumbprint.
    func collection() async -> JWTKeyCollection {
        await JWTKeyCollection().add(ecdsa: key, kid: JWKIdentifier(string: published.kid))
    }

    /// The compact JWS of a token, of type `at+jwt` (RFC 9068 section 2.1).
    func sign(_ token: ServiceKit.AccessToken) async throws -> String {
        try await collection().sign(
            token,
            header: ["typ": "at+jwt", "kid": .string(published.kid)]
        )
    }
}
