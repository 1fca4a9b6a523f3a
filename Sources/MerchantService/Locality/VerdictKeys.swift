import API
import Crypto
import FoundationEssentials
import ServiceKit

/// The key that signs verdicts, and the earlier ones: a verdict is shown years later.
struct VerdictKeys: Sendable {
    /// So many keys are in the set at most, the one that signs included.
    static let most = 8

    /// What everybody may see, the key that signs first.
    let published: KeySet
    private let signing: P256.Signing.PrivateKey

    /// Reads the files that the settings name; throws `ServiceConfiguration.Invalid`.
    init(_ configuration: ServiceConfiguration) async throws {
        let file = try configuration.required("merchant.verdictKeyFile")
        guard let pem = try? String(contentsOf: URL(filePath: file), encoding: .utf8),
            let key = try? P256.Signing.PrivateKey(pemRepresentation: pem)
        else {
            throw ServiceConfiguration.Invalid(
                description: "merchant.verdictKeyFile is not a P-256 private key: \(file)"
            )
        }
        let earlier = try await configuration.texts("merchant.publishedVerdictKeyFiles")
        guard earlier.count < Self.most else {
            throw ServiceConfiguration.Invalid(
                description: "merchant.publishedVerdictKeyFiles names \(earlier.count) keys; "
                    + "beside the one that signs there are \(Self.most - 1) at most"
            )
        }
        signing = key
        published = KeySet(
            keys: try [Self.published(key.publicKey)] + earlier.map(Self.published(file:))
        )
    }

    /// The compact JWS of a statement.
    func sign(_ statement: VerdictStatement) throws -> String {
        let header = [
            "alg": "ES256", "kid": published.keys[0].kid, "typ": VerdictStatement.signatureType,
        ]
        let text =
            Base64URL.text(WireJSON.bytes(header)) + "." + Base64URL.text(WireJSON.bytes(statement))
        let signature = try signing.signature(for: Data(text.utf8))
        return text + "." + Base64URL.text(signature.rawRepresentation)
    }

    private static func published(file: String) throws -> PublishedKey {
        guard let pem = try? String(contentsOf: URL(filePath: file), encoding: .utf8),
            let key = (try? P256.Signing.PublicKey(pemRepresentation: pem))
                ?? (try? P256.Signing.PrivateKey(pemRepresentation: pem))?.publicKey
        else {
            throw ServiceConfiguration.Invalid(
                description: "merchant.publishedVerdictKeyFiles names no P-256 key: \(file)"
            )
        }
        return published(key)
    }

    private static func published(_ key: P256.Signing.PublicKey) -> PublishedKey {
        let point = key.rawRepresentation
        return PublishedKey(
            x: Base64URL.text(point.prefix(32)),
            y: Base64URL.text(point.suffix(32)),
            kid: KeyThumbprint.text(of: key)
        )
    }
}
