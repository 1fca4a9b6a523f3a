import API
import Crypto
import FoundationEssentials
import JWTKit
import ServiceKit

/// The key that access tokens are signed with: ES256, that is ECDSA on P-256 with SHA-256.
struct SigningKey: Sendable {
    /// The public half.
    let verification: VerificationKey
    private let key: ES256PrivateKey
    private let secret: P256.Signing.PrivateKey

    /// Reads a PEM file (PKCS#8 or SEC 1); throws `ServiceConfiguration.Invalid`.
    init(file: String) throws {
        guard let pem = try? String(contentsOf: URL(filePath: file), encoding: .utf8),
            let secret = try? P256.Signing.PrivateKey(pemRepresentation: pem),
            let key = try? ES256PrivateKey(backing: secret),
            let verification = try? VerificationKey(secret.publicKey)
        else {
            throw ServiceConfiguration.Invalid(
                description: "accounts.signingKeyFile is not a P-256 private key: \(file)"
            )
        }
        self.key = key
        self.secret = secret
        self.verification = verification
    }

    /// The compact JWS of other claims, under a type that no verifier of tokens takes.
    func sign(_ claims: some Encodable, type: String) throws -> String {
        let header = [
            "alg": "ES256", "kid": verification.published.kid, "typ": type,
        ]
        let text =
            Base64URL.text(WireJSON.bytes(header)) + "." + Base64URL.text(WireJSON.bytes(claims))
        let signature = try secret.signature(for: Data(text.utf8))
        return text + "." + Base64URL.text(signature.rawRepresentation)
    }

    /// The compact JWS of a token, of type `at+jwt` (RFC 9068 section 2.1).
    func sign(_ token: ServiceKit.AccessToken) async throws -> String {
        let kid = verification.published.kid
        return try await JWTKeyCollection()
            .add(ecdsa: key, kid: JWKIdentifier(string: kid))
            .sign(token, header: ["typ": "at+jwt", "kid": .string(kid)])
    }
}
