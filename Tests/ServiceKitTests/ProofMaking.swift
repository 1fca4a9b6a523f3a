import API
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import JWTKit
import Testing

@testable import ServiceKit

/// What a test signs as a proof; members are changed to make a bad one.
struct TestProof {
    var header: [String: Any] = [:]
    var claims: [String: Any] = [:]
    let sign: (Data) throws -> Data

    /// For `GET https://wallet.test/v1/wallets` with a token, by a P-256 key.
    init(
        by key: P256.Signing.PrivateKey,
        token: String?,
        nonce: String?,
        at seconds: Int64
    ) {
        let point = key.publicKey.rawRepresentation
        let jwk = [
            "kty": "EC", "crv": "P-256", "x": Base64URL.text(point.prefix(32)),
            "y": Base64URL.text(point.suffix(32)),
        ]
        header = ["typ": "dpop+jwt", "alg": "ES256", "jwk": jwk]
        claims = Self.claims(token: token, nonce: nonce, at: seconds)
        sign = { try key.signature(for: $0).rawRepresentation }
    }

    /// The same by an Ed25519 key.
    init(
        by key: Curve25519.Signing.PrivateKey,
        token: String?,
        nonce: String?,
        at seconds: Int64
    ) {
        let point = Base64URL.text(key.publicKey.rawRepresentation)
        header = [
            "typ": "dpop+jwt", "alg": "EdDSA", "jwk": ["kty": "OKP", "crv": "Ed25519", "x": point],
        ]
        claims = Self.claims(token: token, nonce: nonce, at: seconds)
        sign = { try key.signature(for: $0) }
    }

    private static func claims(token: String?, nonce: String?, at seconds: Int64) -> [String: Any] {
        var claims: [String: Any] = [
            "jti": UUID().uuidString, "htm": "GET", "htu": "https://wallet.test/v1/wallets",
            "iat": seconds,
        ]
        if let token {
            claims["ath"] = Base64URL.text(SHA256.hash(data: Data(token.utf8)))
        }
        if let nonce { claims["nonce"] = nonce }
        return claims
    }

    func text() throws -> String {
        let parts = try [header, claims].map {
            Base64URL.text(try JSONSerialization.data(withJSONObject: $0))
        }
        let signed = parts.joined(separator: ".")
        return signed + "." + Base64URL.text(try sign(Data(signed.utf8)))
    }
}

/// A suite that hands proofs to authenticators.
protocol ProofJudging: TokenJudging {
    var key: P256.Signing.PrivateKey { get }
}

extension ProofJudging {
    /// What the service would answer as `DPoP-Nonce`.
    func nonce() throws -> String {
        try #require(try proofs().nonces.current)
    }

    /// A token bound to a key, this suite's unless another is named.
    func boundToken(to thumbprint: String? = nil) async throws -> String {
        var claims = claims()
        claims.cnf = KeyConfirmation(jkt: thumbprint ?? KeyThumbprint.text(of: key.publicKey))
        return try await issuer.sign(claims)
    }

    func goodProof(_ token: String) throws -> TestProof {
        TestProof(by: key, token: token, nonce: try nonce(), at: watch.seconds)
    }

    /// The caller of `GET /v1/wallets?limit=5` with a token and these proofs.
    func caller(
        _ token: String,
        proofs: [String],
        scheme: String = "DPoP ",
        by given: Authenticator? = nil
    ) async throws -> Caller {
        let judge = if let given { given } else { try await authenticator() }
        var headers: HTTPFields = [.authorization: scheme + token]
        headers[values: .dpop] = proofs
        return try await judge.caller(
            of: request(.get, "/v1/wallets?limit=5", headers),
            needing: [.communityRead]
        )
    }
}
