import API
import Crypto
import Foundation
import Testing

@testable import ServiceKit

/// Tokens that somebody else made, or made something else of.
@Suite struct ForgedTokenTests: TokenJudging {
    let issuer = Issuer()
    let watch = Watch()

    @Test func `another issuer or audience is refused`() async throws {
        try await expectInvalidToken(
            try await issuer.sign(claims(issuer: "https://other.test")),
            "issuer"
        )
        try await expectInvalidToken(try await issuer.sign(claims(audience: ["bank"])), "audience")
        let several = try await issuer.sign(claims(audience: ["bank", "wijkmunt"]))
        _ = try await caller(several, by: try await authenticator())
    }

    @Test func `another key is refused, whatever it calls itself`() async throws {
        try await expectInvalidToken(try await Issuer().sign(claims()), "same kid")
        try await expectInvalidToken(try await Issuer(kid: "other").sign(claims()), "other kid")
    }

    @Test func `a key that is newer than our copy is fetched`() async throws {
        let next = Issuer(kid: "2026-04")
        let token = try await next.sign(claims())
        _ = try await caller(token, by: try await authenticator(newer: next))
        #expect(try await refusal(of: token, newer: Issuer(kid: "2026-04"))?.type == .unauthorized)
    }

    @Test func `a token without a signature is refused`() async throws {
        let signed = parts(try await issuer.sign(claims()))
        for header in [#"{"alg":"none"}"#, #"{"alg":"none","kid":"2026-03","typ":"JWT"}"#] {
            let unsigned = Base64URL.text(Array(header.utf8)) + "." + signed[1] + "."
            try await expectInvalidToken(unsigned, "alg none")
            try await expectInvalidToken(unsigned + signed[2], "alg none with a signature")
        }
        try await expectInvalidToken(signed[0] + "." + signed[1] + ".", "signature cut off")
    }

    @Test func `the public key is no secret to sign with`() async throws {
        let header = Base64URL.text(Array(#"{"alg":"HS256","kid":"2026-03"}"#.utf8))
        let signed = header + "." + parts(try await issuer.sign(claims()))[1]
        let secrets = [
            issuer.key.publicKey.x963Representation, issuer.key.publicKey.derRepresentation,
            Data(issuer.key.publicKey.pemRepresentation.utf8),
        ]
        for secret in secrets {
            let code = HMAC<SHA256>.authenticationCode(
                for: Data(signed.utf8),
                using: SymmetricKey(data: secret)
            )
            try await expectInvalidToken(signed + "." + Base64URL.text(Array(code)), "HS256")
        }
    }

    @Test func `a tampered token is refused`() async throws {
        let signed = parts(try await issuer.sign(claims()))
        let other = parts(try await issuer.sign(claims(scope: "community:read wallet:read")))
        try await expectInvalidToken(
            [signed[0], other[1], signed[2]].joined(separator: "."),
            "claims"
        )
        try await expectInvalidToken(
            [signed[0], signed[1], other[2]].joined(separator: "."),
            "signature"
        )
        var bytes = try #require(Base64URL.bytes(signed[2]))
        bytes[10] ^= 1
        try await expectInvalidToken(
            [signed[0], signed[1], Base64URL.text(bytes)].joined(separator: "."),
            "one bit"
        )
    }

    @Test(arguments: ["", "x", "a.b", "a.b.c", "..", "a.b.c.d", "e30.e30.", "Bearer", "\u{E9}.b.c"])
    func `what is no token is refused`(token: String) async throws {
        #expect(try await refusal(of: token)?.type == .unauthorized)
    }
}
