import API
package import Crypto
package import Foundation
import Synchronization

/// The claims of a DPoP proof (RFC 9449 section 4.2).
package struct ProofClaims: Encodable {
    package var jti: String? = UUID().uuidString
    package var htm: String?
    package var htu: String?
    package var iat: Int? = Int(Date().timeIntervalSince1970)
    package var ath: String?
    package var nonce: String?
}

extension TestClient {
    /// Sends a request with a token in the way it is meant: with a fresh proof where it is bound.
    package func present(
        _ token: String,
        method: String,
        url: String,
        headers: [String: String] = [:],
        body: Data? = nil
    ) async throws -> TestAnswer {
        guard provesKey else {
            let all = headers.merging(["Authorization": "Bearer \(token)"]) { first, _ in first }
            return try await RawHTTP.send(method: method, url: url, headers: all, body: body)
        }
        return try await proving(token, method: method, url: url) { proof in
            let all = headers.merging(proof) { first, _ in first }
            return try await RawHTTP.send(method: method, url: url, headers: all, body: body)
        }
    }

    /// The headers that present a token, with a proof where it is bound. Without a nonce that still
    /// counts they are refused: a client that has just got its token has one.
    package func credentials(
        _ token: String?,
        method: String,
        url: String
    ) throws -> [String: String] {
        guard provesKey else { return token.map { ["Authorization": "Bearer \($0)"] } ?? [:] }
        var headers = ["DPoP": try proof(method: method, url: url, token: token)]
        if let token { headers["Authorization"] = "DPoP \(token)" }
        return headers
    }

    /// A proof for one request, with the nonce that was last heard of; claims can be changed to make
    /// a bad one.
    package func proof(
        method: String,
        url: String,
        token: String?,
        by other: P256.Signing.PrivateKey? = nil,
        change: (inout ProofClaims) -> Void = { _ in }
    ) throws -> String {
        // As it goes over the wire, where what cannot stand in an address is encoded.
        let address = URL(string: url)?.absoluteString ?? url
        var claims = ProofClaims(
            htm: method,
            htu: String(address.prefix { $0 != "?" }),
            ath: token.map { Self.base64URL(Data(SHA256.hash(data: Data($0.utf8)))) },
            nonce: nonce.withLock { $0 }
        )
        change(&claims)
        let key = other ?? key
        let jwk = Self.publicJWK(of: key)
        let header =
            #"{"alg":"ES256","typ":"dpop+jwt","jwk":"#
            + #"{"kty":"EC","crv":"P-256","x":"\#(jwk.x)","y":"\#(jwk.y)"}}"#
        let text =
            Self.base64URL(Data(header.utf8)) + "."
            + Self.base64URL(try JSONEncoder().encode(claims))
        let signature = try key.signature(for: Data(text.utf8)).rawRepresentation
        return text + "." + Self.base64URL(signature)
    }

    /// Sends with a proof, and once more when the answer was that it needs another nonce.
    func proving(
        _ token: String?,
        method: String,
        url: String,
        send: ([String: String]) async throws -> TestAnswer
    ) async throws -> TestAnswer {
        let answer = try await send(credentials(token, method: method, url: url))
        guard let given = answer.headers["dpop-nonce"] else { return answer }
        nonce.withLock { $0 = given }
        let isWanted =
            answer.problemType == .useDpopNonce
            || answer.headers["www-authenticate"]?.contains("use_dpop_nonce") == true
        return isWanted ? try await send(credentials(token, method: method, url: url)) : answer
    }
}
