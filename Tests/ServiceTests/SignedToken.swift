import Crypto
import Foundation
import LocalStack
import TestSupport
import Testing

/// A token taken apart, to be put together wrongly.
struct SignedToken {
    private var header: [String: Any]
    private(set) var claims: [String: Any]
    let signature: String

    /// The key that the accounts service of a community's stack signs with.
    static func issuerKey(of community: TestCommunity) throws -> P256.Signing.PrivateKey {
        let file = "\(community.stack.directory.secrets)/signing-key.pem"
        return try P256.Signing.PrivateKey(
            pemRepresentation: String(contentsOf: URL(filePath: file), encoding: .utf8)
        )
    }

    init(_ text: String) throws {
        let parts = text.split(separator: ".").map(String.init)
        func members(_ part: String) throws -> [String: Any] {
            let padded = part.replacing("-", with: "+").replacing("_", with: "/")
            let full = padded + String(repeating: "=", count: (4 - part.count % 4) % 4)
            let data = try #require(Data(base64Encoded: full))
            return try #require(
                JSONSerialization.jsonObject(with: data) as? [String: Any]
            )
        }
        header = try members(parts[0])
        claims = try members(parts[1])
        signature = parts[2]
    }

    /// The same with one member changed or, for `nil`, left out; `kid` is one of the header.
    func with(_ name: String, _ value: Any?) -> SignedToken {
        var changed = self
        if name == "kid" { changed.header[name] = value } else { changed.claims[name] = value }
        return changed
    }

    func signingInput(alg: String) -> String {
        var header = header
        header["alg"] = alg
        return [header, claims].map {
            // Only text and numbers, which always encode.
            let data = (try? JSONSerialization.data(withJSONObject: $0)) ?? Data()
            return TestClient.base64URL(data)
        }.joined(separator: ".")
    }

    func signed(by key: P256.Signing.PrivateKey) throws -> String {
        let text = signingInput(alg: "ES256")
        let signature = try key.signature(for: Data(text.utf8)).rawRepresentation
        return text + "." + TestClient.base64URL(signature)
    }
}

/// What is wrong with a token that is good but for that.
enum TokenFlaw: CaseIterable {
    case garbage, expired, wrongAudience, wrongKey, algNone

    func token(_ real: SignedToken, issuer: P256.Signing.PrivateKey) throws -> String {
        switch self {
        case .garbage: "garbage"
        case .expired:
            try real.with("exp", Int(Date().timeIntervalSince1970) - 1).signed(by: issuer)
        case .wrongAudience: try real.with("aud", ["elsewhere"]).signed(by: issuer)
        case .wrongKey: try real.signed(by: P256.Signing.PrivateKey())
        case .algNone: real.signingInput(alg: "none") + "."
        }
    }
}
