import Crypto
import Foundation

/// The keys of an installation that has none yet; made once and kept.
struct StackSecrets: Sendable {
    /// The key with which the accounts service signs tokens, PEM (PKCS#8).
    let signingKeyFile: String
    /// The key with which the merchant service signs verdicts, PEM (PKCS#8).
    let verdictKeyFile: String
    /// The public key of the operator, a JWK.
    let operatorPublicKeyFile: String
    /// 32 bytes in hexadecimal.
    let lookupKeyFile: String
    /// 32 bytes in hexadecimal.
    let dataKeyFile: String

    init(in directory: StackDirectory) throws {
        signingKeyFile = directory.signingKeyFile
        verdictKeyFile = "\(directory.secrets)/verdict-key.pem"
        operatorPublicKeyFile = "\(directory.secrets)/operator-key.jwk"
        lookupKeyFile = directory.lookupKeyFile
        dataKeyFile = "\(directory.secrets)/data-key.hex"
        _ = try SecretFile.existing(signingKeyFile) { P256.Signing.PrivateKey().pemRepresentation }
        _ = try SecretFile.existing(verdictKeyFile) { P256.Signing.PrivateKey().pemRepresentation }
        _ = try SecretFile.existing(lookupKeyFile, or: SecretFile.randomHex)
        _ = try SecretFile.existing(dataKeyFile, or: SecretFile.randomHex)
        let pem = try SecretFile.existing(directory.operatorKeyFile) {
            P256.Signing.PrivateKey().pemRepresentation
        }
        let key = try P256.Signing.PrivateKey(pemRepresentation: pem)
        try SecretFile.write(Self.jwk(key.publicKey), to: operatorPublicKeyFile)
    }

    /// RFC 7517; the raw representation of a P-256 key is x and y of 32 bytes each.
    private static func jwk(_ key: P256.Signing.PublicKey) -> String {
        let bytes = key.rawRepresentation
        let (x, y) = (base64URL(bytes.prefix(32)), base64URL(bytes.suffix(32)))
        return #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)"}"#
    }

    private static func base64URL(_ bytes: Data) -> String {
        bytes.base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
