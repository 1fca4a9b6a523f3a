import API
import Crypto
import FoundationEssentials
import Ledger

/// A signed head of an audit trail that was kept, and the keys that it may be signed with.
struct KnownHead {
    /// The keys of a key set (`/v1/jwks`) that was kept as well.
    static func keys(keySetFile: String) throws -> [P256.Signing.PublicKey] {
        let content = Data(try InputFile.contents(of: keySetFile))
        guard let set = try? JSONDecoder().decode(KeySet.self, from: content) else {
            throw CommandFailure("\(keySetFile) is no key set")
        }
        return try set.keys.map { key in
            guard let x = decoded(base64URL: key.x), let y = decoded(base64URL: key.y),
                let made = try? P256.Signing.PublicKey(rawRepresentation: x + y)
            else { throw CommandFailure("\(keySetFile) has a key that is none") }
            return made
        }
    }

    /// The public half of the key that an installation signs with.
    static func key(pemFile: String) throws -> P256.Signing.PublicKey {
        let pem = String(decoding: try InputFile.contents(of: pemFile), as: UTF8.self)
        return try P256.Signing.PrivateKey(pemRepresentation: pem).publicKey
    }

    /// Reads what `getAuditHead` answered; throws `CommandFailure` unless one of the keys signed it.
    static func read(_ file: String, signedBy keys: [P256.Signing.PublicKey]) throws -> TrailHead {
        let content = Data(try InputFile.contents(of: file))
        guard let kept = try? JSONDecoder().decode(AuditHead.self, from: content) else {
            throw CommandFailure("\(file) is no head of an audit trail")
        }
        let parts = kept.signature.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = decoded(base64URL: parts[0]),
            let payload = decoded(base64URL: parts[1]),
            let signature = decoded(base64URL: parts[2])
                .flatMap({ try? P256.Signing.ECDSASignature(rawRepresentation: $0) }),
            let type = try? JSONDecoder().decode(Header.self, from: header),
            type.alg == "ES256", type.typ == AuditHead.signatureType,
            let claims = try? JSONDecoder().decode(AuditHeadClaims.self, from: payload),
            keys.contains(where: {
                $0.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8))
            })
        else { throw CommandFailure("the signature of \(file) is not valid") }
        // The signed words count, not those beside them.
        return TrailHead(community: claims.community.uuid, nr: Int64(claims.nr), head: claims.head)
    }

    private struct Header: Decodable {
        let alg: String
        let typ: String
    }

    private static func decoded(base64URL text: some StringProtocol) -> Data? {
        let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
        return Data(
            base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)
        )
    }
}
