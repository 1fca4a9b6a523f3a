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
struct Issuer {
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

/// Keys that a test changes.
final class ChangingKeys: KeySource {
    private let keys: Mutex<JWTKeyCollection>

    init(_ keys: JWTKeyCollection) { self.keys = Mutex(keys) }

    func change(to keys: JWTKeyCollection) { self.keys.withLock { $0 = keys } }
    func current() throws -> JWTKeyCollection { keys.withLock { $0 } }
    func refreshed() async throws -> JWTKeyCollection? { nil }
}

/// A clock that a test moves.
final class Watch: Sendable {
    private let microseconds = Mutex<Int64>(1_772_445_600_000_000)

    var clock: ServiceKit.Clock {
        ServiceKit.Clock { Instant(microseconds: self.microseconds.withLock { $0 }) }
    }

    var seconds: Int64 { microseconds.withLock { $0 / 1_000_000 } }

    func advance(seconds: Int64) { microseconds.withLock { $0 += seconds * 1_000_000 } }
}

/// A suite that hands tokens of its own issuer to authenticators.
protocol TokenJudging {
    var issuer: Issuer { get }
    var watch: Watch { get }
}

extension TokenJudging {
    static var party: String { "01957c5e-6f00-7a10-8b20-0c30d040e051" }
    static var client: String { "01957c5e-6f00-7a10-8b20-0c30d040e052" }
    static var community: String { "01957c5e-6f00-7a10-8b20-0c30d040e010" }

    func claims(
        issuer: String = Issuer.address,
        audience: [String] = ["wijkmunt"],
        lifetime: Int64 = 600,
        scope: String = "community:read coins:manage",
        party: String = Self.party
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

    func authenticator(
        newer: Issuer? = nil,
        revoked: RevokedClients = RevokedClients(),
        isFirstUse: @escaping @Sendable (ProofOfPossession, UUID) async throws -> Bool = { _, _ in
            true
        }
    ) async throws -> Authenticator {
        try authenticator(
            by: KnownKeys(
                known: try await issuer.published(),
                newer: try await newer?.published()
            ),
            revoked: revoked,
            isFirstUse: isFirstUse
        )
    }

    func authenticator(
        by keys: any KeySource,
        revoked: RevokedClients = RevokedClients(),
        isFirstUse: @escaping @Sendable (ProofOfPossession, UUID) async throws -> Bool = { _, _ in
            true
        }
    ) throws -> Authenticator {
        Authenticator(
            keys: keys,
            issuer: Issuer.address,
            audience: "wijkmunt",
            clock: watch.clock,
            revoked: revoked,
            proofs: try proofs(isFirstUse: isFirstUse)
        )
    }

    /// A verifier of a service at `https://wallet.test` that remembers nothing.
    func proofs(
        isFirstUse: @escaping @Sendable (ProofOfPossession, UUID) async throws -> Bool = { _, _ in
            true
        }
    ) throws -> ProofVerifier {
        let nonces = ProofNonces(clock: watch.clock)
        nonces.use(key: [UInt8](repeating: 7, count: 32))
        return ProofVerifier(
            address: try #require(ServiceAddress("https://wallet.test")),
            nonces: nonces,
            clock: watch.clock,
            isFirstUse: isFirstUse
        )
    }

    func caller(
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
    func refusal(of token: String, newer: Issuer? = nil) async throws -> Problem? {
        let authenticator = try await authenticator(newer: newer)
        return await #expect(throws: Problem.self) {
            try await caller(token, by: authenticator)
        }
    }

    func expectInvalidToken(_ token: String, _ what: String) async throws {
        let problem = try await refusal(of: token)
        #expect(problem?.type == .unauthorized, "\(what)")
        #expect(problem?.headers[.wwwAuthenticate] == "Bearer error=\"invalid_token\"", "\(what)")
    }

    /// Header, claims and signature, of which a test may exchange one.
    func parts(_ token: String) -> [String] {
        token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }
}
