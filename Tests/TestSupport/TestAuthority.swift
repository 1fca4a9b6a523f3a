import Crypto
import Foundation
import SwiftASN1
import X509

/// A certificate authority that lives as long as a test, and the certificates it gives.
package final class TestAuthority: Sendable {
    /// A folder with everything, which goes with the authority.
    private let folder: URL
    private let key = P256.Signing.PrivateKey()
    private let name: DistinguishedName

    /// Makes the authority and writes its own certificate to `rootFile`.
    package init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "wijkmunt-authority-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        name = try DistinguishedName { CommonName("Test authority \(UUID().uuidString)") }
        let own = try certificate(of: key.publicKey, named: name) {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
            Critical(KeyUsage(keyCertSign: true))
        }
        try own.serializeAsPEM().pemString.write(
            toFile: rootFile,
            atomically: true,
            encoding: .utf8
        )
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The certificate that clients have to trust, PEM.
    package var rootFile: String { folder.appending(path: "root.pem").path }
    /// A certificate for this machine, PEM; there after `issue`.
    package var certificateFile: String { folder.appending(path: "server.pem").path }
    /// Its key, PEM.
    package var privateKeyFile: String { folder.appending(path: "server-key.pem").path }

    /// Makes a certificate for `127.0.0.1` and writes it and its key over those before.
    package func issue() throws {
        let key = P256.Signing.PrivateKey()
        let subject = try DistinguishedName { CommonName("127.0.0.1") }
        let certificate = try certificate(of: key.publicKey, named: subject) {
            Critical(BasicConstraints.notCertificateAuthority)
            SubjectAlternativeNames([
                .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])), .dnsName("localhost"),
            ])
        }
        try key.pemRepresentation.write(toFile: privateKeyFile, atomically: true, encoding: .utf8)
        try certificate.serializeAsPEM().pemString.write(
            toFile: certificateFile,
            atomically: true,
            encoding: .utf8
        )
    }

    private func certificate(
        of publicKey: P256.Signing.PublicKey,
        named subject: DistinguishedName,
        @ExtensionsBuilder extensions: () throws -> Result<Certificate.Extensions, any Error>
    ) throws -> Certificate {
        try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: .init(publicKey),
            notValidBefore: Date().addingTimeInterval(-3600),
            notValidAfter: Date().addingTimeInterval(86_400),
            issuer: name,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions(builder: extensions),
            issuerPrivateKey: .init(key)
        )
    }
}
