import API
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import JWTKit
import Synchronization
import Testing

@testable import ServiceKit

/// An issuer with a key made for one test.
private struct Issuer {
    static let address = "https://accounts.test"
    let key = P256.Signing.PrivateKey()
    let kid: String

    init(kid: String = "2026-03") { self.kid = kid }

    /// The key set as the accounts service publishes it.
    func published() async throws -> JWTKeyCollection {
        let point = key.publicKey.x963Representation.dropFirst()
        let jwk = [
            "kty": "EC", "crv": "P-256", "kid": kid, "alg": "ES256", "use": "sig",
            "x": Base64URL.text(point.prefix(32)), "y": Base64URL.text(point.suffix(32)),
        ]
        let set = String(decoding: WireJSON.bytes(["keys": [jwk]]), as: UTF8.self)
        return try await JWTKeyCollection().add(jwksJSON: set)
    }

    func sign(_ claims: ServiceKit.AccessToken) async throws -> String {
        let keys = JWTKeyCollection()
        await keys.add(
            ecdsa: try ES256PrivateKey(backing: key),
            kid: JWKIdentifier(string: kid)
        )
        return try await keys.sign(claims, kid: JWKIdentifier(string: kid))
    }
}

private struct KnownKeys: KeySource {
    let known: JWTKeyCollection
    var newer: JWTKeyCollection?

    func current() throws -> JWTKeyCollection { known }
    func refreshed() async throws -> JWTKeyCollection? { newer }
}

/// A clock that a test moves.
private final class Watch: Sendable {
    private let microseconds = Mutex<Int64>(1_772_445_600_000_000)

    var clock: ServiceKit.Clock {
        ServiceKit.Clock { Instant(microseconds: self.microseconds.withLock { $0 }) }
    }

    var seconds: Int64 { microseconds.withLock { $0 / 1_000_000 } }

    func advance(seconds: Int64) { microseconds.withLock { $0 += seconds * 1_000_000 } }
}

@Suite struct AuthenticatorTests {
    private let issuer = Issuer()
    private let watch = Watch()
    private static let party = "01957c5e-6f00-7a10-8b20-0c30d040e051"
    private static let client = "01957c5e-6f00-7a10-8b20-0c30d040e052"
    private static let community = "01957c5e-6f00-7a10-8b20-0c30d040e010"

    private func claims(
        issuer: String = Issuer.address,
        audience: [String] = ["wijkmunt"],
        lifetime: Int64 = 600,
        scope: String = "community:read coins:manage",
        party: String = party
    ) -> ServiceKit.AccessToken {
        func date(_ seconds: Int64) -> Date { Date(timeIntervalSince1970: Double(seconds)) }
        return ServiceKit.AccessToken(
            iss: IssuerClaim(value: issuer),
            aud: AudienceClaim(value: audience),
            sub: SubjectClaim(value: party),
            iat: IssuedAtClaim(value: date(watch.seconds)),
            exp: ExpirationClaim(value: date(watch.seconds + lifetime)),
            jti: IDClaim(value: "AAECAwQFBgcICQoLDA0ODw"),
            clientID: Self.client,
            scope: scope,
            roles: ["community-administrator"],
            community: Self.community,
            terminal: nil
        )
    }

    private func authenticator(newer: Issuer? = nil) async throws -> Authenticator {
        Authenticator(
            keys: KnownKeys(
                known: try await issuer.published(),
                newer: try await newer?.published()
            ),
            issuer: Issuer.address,
            audience: "wijkmunt",
            clock: watch.clock
        )
    }

    private func caller(
        _ token: String,
        scheme: String = "Bearer ",
        by authenticator: Authenticator,
        needing scopes: [Scope] = [.communityRead]
    ) async throws -> Caller {
        try await authenticator.caller(
            of: request(.get, "/", [.authorization: scheme + token]),
            needing: scopes
        )
    }

    /// The refusal of a token by an authenticator of its own.
    private func refusal(of token: String, newer: Issuer? = nil) async throws -> Problem? {
        let authenticator = try await authenticator(newer: newer)
        return await #expect(throws: Problem.self) {
            try await caller(token, by: authenticator)
        }
    }

    private func expectInvalidToken(_ token: String, _ what: String) async throws {
        let problem = try await refusal(of: token)
        #expect(problem?.type == .unauthorized, "\(what)")
        #expect(problem?.headers[.wwwAuthenticate] == "Bearer error=\"invalid_token\"", "\(what)")
    }

    /// Header, claims and signature, of which a test may exchange one.
    private func parts(_ token: String) -> [String] {
        token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `a valid token tells who calls`() async throws {
        let authenticator = try await authenticator()
        let token = try await issuer.sign(claims())
        let caller = try await caller(token, by: authenticator)
        #expect(Identifier(caller.party).description == Self.party)
        #expect(Identifier(caller.client).description == Self.client)
        #expect(caller.community.map { Identifier($0).description } == Self.community)
        #expect(caller.roles == [.communityAdministrator])
        #expect(caller.scopes == [.communityRead, .coinsManage])
        #expect(caller.terminal == nil)
        // The scheme's case does not matter (RFC 9110 section 11.1).
        #expect(try await self.caller(token, scheme: "bEARER ", by: authenticator) == caller)
    }

    @Test func `without a token the challenge has no error code`() async throws {
        let authenticator = try await authenticator()
        let problem = await #expect(throws: Problem.self) {
            try await authenticator.caller(of: request(), needing: [.communityRead])
        }
        #expect(problem?.type == .unauthorized)
        #expect(problem?.headers[.wwwAuthenticate] == "Bearer")
    }

    @Test func `an expired token is refused from that very second`() async throws {
        try await expectInvalidToken(try await issuer.sign(claims(lifetime: 0)), "just expired")
        try await expectInvalidToken(try await issuer.sign(claims(lifetime: -60)), "expired")
    }

    @Test func `a remembered token still expires`() async throws {
        let authenticator = try await authenticator()
        let token = try await issuer.sign(claims(lifetime: 600))
        _ = try await caller(token, by: authenticator)
        watch.advance(seconds: 599)
        _ = try await caller(token, by: authenticator)
        watch.advance(seconds: 1)
        let problem = await #expect(throws: Problem.self) {
            try await caller(token, by: authenticator)
        }
        #expect(problem?.type == .unauthorized)
    }

    @Test func `a remembered token still needs the scope`() async throws {
        let authenticator = try await authenticator()
        let token = try await issuer.sign(claims())
        _ = try await caller(token, by: authenticator)
        await #expect(throws: Problem.self) {
            try await caller(token, by: authenticator, needing: [.walletRead])
        }
    }

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

    @Test func `another scheme and an oversized token are refused before any work`() async throws {
        let authenticator = try await authenticator()
        let token = try await issuer.sign(claims())
        for (scheme, token) in [
            ("Basic ", token), ("", token), ("DPoP ", token), ("Bearer ", token + " more"),
            ("Bearer ", String(repeating: "a", count: 4097)),
        ] {
            let problem = await #expect(throws: Problem.self) {
                try await caller(token, scheme: scheme, by: authenticator)
            }
            #expect(problem?.type == .unauthorized)
        }
    }

    @Test func `a token without the scope is a 403 that names it`() async throws {
        let authenticator = try await authenticator()
        let token = try await issuer.sign(claims(scope: "community:read no:such"))
        let problem = await #expect(throws: Problem.self) {
            try await caller(
                token,
                by: authenticator,
                needing: [.merchantRead, .merchantsManage]
            )
        }
        #expect(problem?.type == .insufficientScope)
        #expect(problem?.type.status == 403)
        // RFC 6750 section 3: scopes are separated by spaces.
        #expect(
            problem?.headers[.wwwAuthenticate]
                == "Bearer error=\"insufficient_scope\", scope=\"merchant:read merchants:manage\""
        )
        let none = try await issuer.sign(claims(scope: ""))
        await #expect(throws: Problem.self) { try await caller(none, by: authenticator) }
    }

    @Test func `claims that are not of our making are refused`() async throws {
        try await expectInvalidToken(try await issuer.sign(claims(party: "somebody")), "sub")
    }

    @Test func `an operator has no community`() async throws {
        var operatorClaims = claims(scope: "communities:manage")
        operatorClaims.community = nil
        let caller = try await caller(
            try await issuer.sign(operatorClaims),
            by: try await authenticator(),
            needing: [.communitiesManage]
        )
        #expect(caller.community == nil)
        #expect(throws: Problem.self) { try caller.requireCommunity() }
    }
}
