import API
import Crypto
import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import ServiceKit

/// Tokens that are bound to a key, and the proofs that go with them (RFC 9449).
@Suite struct ProofTests: ProofJudging {
    let issuer = Issuer()
    let watch = Watch()
    let key = P256.Signing.PrivateKey()

    @Test func `a bound token with its proof tells who calls`() async throws {
        let token = try await boundToken()
        let caller = try await caller(token, proofs: [goodProof(token).text()])
        #expect(caller.tokenKey == KeyThumbprint.text(of: key.publicKey))
        let again = try await self.caller(
            token,
            proofs: [goodProof(token).text()],
            scheme: "dpop "
        )
        #expect(again == caller)
    }

    @Test func `an Ed25519 key proves as well`() async throws {
        let key = Curve25519.Signing.PrivateKey()
        let token = try await boundToken(to: KeyThumbprint.text(of: key.publicKey))
        let proof = TestProof(by: key, token: token, nonce: try nonce(), at: watch.seconds)
        _ = try await caller(token, proofs: [proof.text()])
    }

    @Test func `thumbprints are those of the standard`() throws {
        // RFC 8037 appendix A.3.
        let point = try #require(Base64URL.bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: point)
        #expect(KeyThumbprint.text(of: key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test func `a bound token as bearer, and a bearer token with a proof, are refused`()
        async throws
    {
        let bound = try await boundToken()
        try await expectRefused("invalid_token") {
            _ = try await caller(bound, proofs: [], scheme: "Bearer ")
        }
        try await expectRefused("invalid_token") {
            _ = try await caller(bound, proofs: [goodProof(bound).text()], scheme: "Bearer ")
        }
        let plain = try await issuer.sign(claims())
        try await expectRefused("invalid_token") {
            _ = try await caller(plain, proofs: [goodProof(plain).text()])
        }
    }

    @Test func `one proof is needed, no more and no less`() async throws {
        let token = try await boundToken()
        let proof = try goodProof(token).text()
        for proofs in [[], [proof, proof], [proof, "x"]] {
            try await expectRefused("invalid_dpop_proof") {
                _ = try await caller(token, proofs: proofs)
            }
        }
    }

    @Test(
        arguments: [
            ("htm", "POST"), ("htm", "get"), ("htu", "https://wallet.test/v1/coins"),
            ("htu", "https://wallet.test/v1/wallets/"), ("htu", "http://wallet.test/v1/wallets"),
            ("htu", "https://merchant.test/v1/wallets"),
            ("htu", "https://wallet.test:444/v1/wallets"),
            ("htu", "/v1/wallets"), ("htu", ""),
            ("ath", "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"),
            ("ath", nil), ("jti", nil), ("jti", ""), ("jti", String(repeating: "j", count: 129)),
            ("htm", nil), ("htu", nil), ("iat", nil), ("iat", "now"),
        ] as [(String, String?)]
    )
    func `a proof for something else is refused`(claim: String, value: String?) async throws {
        let token = try await boundToken()
        var proof = try goodProof(token)
        proof.claims[claim] = value
        try await expectRefused("invalid_dpop_proof") {
            _ = try await caller(token, proofs: [proof.text()])
        }
    }

    @Test(arguments: [
        "https://wallet.test/v1/wallets?limit=7", "https://wallet.test/v1/wallets#top",
        "HTTPS://Wallet.TEST:443/v1/wallets", "https://wallet.test/v1/w%61llets",
    ])
    func `an address may be written in several ways`(htu: String) async throws {
        let token = try await boundToken()
        var proof = try goodProof(token)
        proof.claims["htu"] = htu
        _ = try await caller(token, proofs: [proof.text()])
    }

    @Test func `a proof is good for a minute around its time`() async throws {
        let token = try await boundToken()
        for (seconds, isGood) in [(-61, false), (-60, true), (30, true), (31, false)] {
            var proof = try goodProof(token)
            proof.claims["iat"] = watch.seconds + Int64(seconds)
            if isGood {
                _ = try await caller(token, proofs: [proof.text()])
            } else {
                try await expectRefused("invalid_dpop_proof") {
                    _ = try await caller(token, proofs: [proof.text()])
                }
            }
        }
        var fraction = try goodProof(token)
        fraction.claims["iat"] = Double(watch.seconds) + 0.25
        _ = try await caller(token, proofs: [fraction.text()])
    }

    @Test func `a proof of another key is refused, however it is made`() async throws {
        let token = try await boundToken()
        let thief = P256.Signing.PrivateKey()
        let own = TestProof(by: thief, token: token, nonce: try nonce(), at: watch.seconds)
        try await expectRefused("invalid_token") {
            _ = try await caller(token, proofs: [own.text()])
        }
        // The right key in the header, and the thief's signature.
        var borrowed = own
        borrowed.header = try goodProof(token).header
        try await expectRefused("invalid_dpop_proof") {
            _ = try await caller(token, proofs: [borrowed.text()])
        }
    }

    @Test(arguments: ["typ", "alg", "none", "crit", "private", "no key", "curve", "long", "cut"])
    func `what is no proof is refused`(flaw: String) async throws {
        let token = try await boundToken()
        var proof = try goodProof(token)
        var jwk = try #require(proof.header["jwk"] as? [String: String])
        switch flaw {
        case "typ": proof.header["typ"] = "JWT"
        case "alg": proof.header["alg"] = "HS256"
        case "none": proof.header["alg"] = "none"
        case "crit": proof.header["crit"] = ["exp"]
        case "private": jwk["d"] = Base64URL.text(key.rawRepresentation)
        case "curve": jwk["crv"] = "P-384"
        case "long": proof.claims["more"] = String(repeating: "m", count: 4096)
        default: break
        }
        proof.header["jwk"] = flaw == "no key" ? nil : jwk
        let text = try proof.text()
        try await expectRefused("invalid_dpop_proof") {
            _ = try await caller(token, proofs: [flaw == "cut" ? String(text.dropLast(4)) : text])
        }
    }

    @Test func `a proof needs a nonce of ours that still counts`() async throws {
        let token = try await boundToken()
        let first = try nonce()
        let others = [nil, "", "AAAA", Base64URL.text([UInt8](repeating: 0, count: 24))]
        for other in others + [String(first.dropLast()) + (first.last == "A" ? "B" : "A")] {
            var proof = try goodProof(token)
            proof.claims["nonce"] = other
            try await expectRefused("use_dpop_nonce") {
                _ = try await caller(token, proofs: [proof.text()])
            }
        }
        watch.advance(seconds: 240)
        var proof = try goodProof(token)
        proof.claims["nonce"] = first
        _ = try await caller(token, proofs: [proof.text()])
        watch.advance(seconds: 60)
        proof.claims["iat"] = watch.seconds
        try await expectRefused("use_dpop_nonce") {
            _ = try await caller(token, proofs: [proof.text()])
        }
    }

    @Test func `a used proof is refused, and nobody without the key uses one up`() async throws {
        let used = Mutex<Set<String>>([])
        let authenticator = try await authenticator(
            isFirstUse: { proof, _ in used.withLock { $0.insert(proof.claims.jti).inserted } }
        )
        let token = try await boundToken()
        let proof = try goodProof(token)
        var elsewhere = proof
        elsewhere.claims["htm"] = "POST"
        try await expectRefused("invalid_dpop_proof") {
            _ = try await caller(token, proofs: [elsewhere.text()], by: authenticator)
        }
        let count = used.withLock { $0.count }
        #expect(count == 0)
        _ = try await caller(token, proofs: [proof.text()], by: authenticator)
        try await expectRefused("invalid_dpop_proof") {
            _ = try await caller(token, proofs: [proof.text()], by: authenticator)
        }
    }

    private func expectRefused(
        _ code: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ call: () async throws -> Void
    ) async throws {
        let problem = await #expect(throws: Problem.self, sourceLocation: sourceLocation) {
            try await call()
        }
        #expect(problem?.type == .unauthorized, sourceLocation: sourceLocation)
        #expect(
            problem?.headers[.wwwAuthenticate]
                == "DPoP error=\"\(code)\", algs=\"ES256 EdDSA\"",
            sourceLocation: sourceLocation
        )
    }
}
