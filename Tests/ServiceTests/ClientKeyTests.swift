import API
import Crypto
import CryptoExtras
import Foundation
import LocalStack
import TestSupport
import Testing

/// Software of organisations signs its assertions with a key of one of three kinds.
@Suite struct ClientKeyTests {
    @Test(arguments: SoftwareKey.Kind.allCases)
    func `software gets and uses a token with a key of each kind`(
        kind: SoftwareKey.Kind
    ) async throws {
        let software = try await Software.register(SoftwareKey(kind))
        let answer = try await software.requestToken(software.key.algorithm)
        let token = try answer.decode(AccessToken.self).accessToken
        let administrator = software.community.administrator
        let coins = try await administrator.send(.listCoins, authorization: "Bearer \(token)")
        #expect(coins.status == 200)
    }

    @Test(arguments: SoftwareKey.Kind.allCases)
    func `a key signs with its own algorithm and verifies nothing of another key`(
        kind: SoftwareKey.Kind
    ) async throws {
        let software = try await Software.register(SoftwareKey(kind))
        for algorithm in ["ES256", "EdDSA", "RS256", "RS512", "PS256", "HS256", "none"]
        where algorithm != software.key.algorithm {
            let answer = try await software.requestToken(algorithm)
            #expect(answer.problemType == .invalidClient, "\(algorithm)")
        }
        let stranger = Software(
            community: software.community,
            id: software.id,
            key: try SoftwareKey(kind)
        )
        let answer = try await stranger.requestToken(stranger.key.algorithm)
        #expect(answer.problemType == .invalidClient)
    }

    @Test func `a key that is too short, even, or of no kind is refused`() async throws {
        let community = try await Cast.shared.community
        let bytes = [UInt8](repeating: 0xAB, count: 512)
        func key(_ members: String) -> String { "{\(members)}" }
        func modulus(_ bytes: some Collection<UInt8>) -> String {
            key(#""kty":"RSA","e":"AQAB","n":"\#(TestClient.base64URL(Data(bytes)))""#)
        }
        let point = TestClient.base64URL(Data(bytes.prefix(32)))
        for jwk in [
            modulus(bytes.prefix(255)), modulus(bytes + [1]), modulus([0x7F] + bytes.prefix(255)),
            modulus([0] + bytes.prefix(256)), modulus(bytes.prefix(255) + [2]),
            modulus(bytes.prefix(256)).replacing("AQAB", with: "Aw"),
            key(#""kty":"OKP","crv":"Ed25519","x":"AAAA""#),
            key(#""kty":"OKP","crv":"Ed448","x":"\#(point)""#),
            key(#""kty":"oct","k":"\#(point)""#),
            key(#""kty":"OKP","crv":"Ed25519","x":"\#(point)","d":"\#(point)""#),
        ] {
            let body = """
                {"partyId":"\(community.institution)","name":"X","roles":["auditor"],\
                "publicKey":\(jwk)}
                """
            let answer = try await community.administrator.send(
                .registerClient,
                bytes: Data(body.utf8)
            )
            #expect(answer.problemType == .invalidRequest, "\(jwk.prefix(60))")
        }
    }

    @Test func `a phone has a key that can approve payments`() async throws {
        let community = try await Cast.shared.community
        let person = try await community.registerPerson("Ander Soort")
        let code = try #require(person.activationCode?.code)
        let jwk = TestClient.base64URL(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation)
        let body = """
            {"activationCode":"\(code)","deviceName":"telefoon",\
            "publicKey":{"kty":"OKP","crv":"Ed25519","x":"\(jwk)"}}
            """
        let answer = try await community.administrator.send(.enrol, bytes: Data(body.utf8))
        #expect(answer.problemType == .invalidRequest)
    }
}

/// Software of an organisation, with its key.
private struct Software {
    let community: TestCommunity
    let id: Identifier
    let key: SoftwareKey

    static func register(_ key: SoftwareKey) async throws -> Software {
        let community = try await Cast.shared.community
        let client = try await community.administrator.call(
            .registerClient,
            body: ClientRegistration(
                partyId: community.institution,
                name: "Software",
                roles: [.auditor],
                publicKey: try key.jwk
            )
        ).decode(Client.self)
        return Software(community: community, id: client.id, key: key)
    }

    private struct Claims: Encodable {
        let iss, sub, aud: String
        let iat, exp: Int
        let jti: String
    }

    /// Asks for a token with an assertion whose header names this algorithm.
    func requestToken(_ algorithm: String) async throws -> TestAnswer {
        let administrator = community.administrator
        let now = Int(Date().timeIntervalSince1970)
        let claims = Claims(
            iss: id.description,
            sub: id.description,
            aud: administrator.urls[.accounts] ?? "",
            iat: now,
            exp: now + 60,
            jti: UUID().uuidString
        )
        let text =
            TestClient.base64URL(Data(#"{"alg":"\#(algorithm)"}"#.utf8)) + "."
            + TestClient.base64URL(try JSONEncoder().encode(claims))
        let signature = TestClient.base64URL(try key.sign(Data(text.utf8)))
        return try await administrator.requestToken(assertion: "\(text).\(signature)")
    }
}

/// A private key.
enum SoftwareKey {
    case p256(P256.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)
    case rsa(_RSA.Signing.PrivateKey)

    enum Kind: CaseIterable {
        case p256, ed25519, rsa2048, rsa4096
    }

    init(_ kind: Kind) throws {
        switch kind {
        case .p256: self = .p256(P256.Signing.PrivateKey())
        case .ed25519: self = .ed25519(Curve25519.Signing.PrivateKey())
        case .rsa2048: self = .rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048))
        case .rsa4096: self = .rsa(try _RSA.Signing.PrivateKey(keySize: .bits4096))
        }
    }

    var algorithm: String {
        switch self {
        case .p256: "ES256"
        case .ed25519: "EdDSA"
        case .rsa: "RS256"
        }
    }

    var jwk: ClientJwk {
        get throws {
            switch self {
            case .p256(let key): .ec(TestClient.publicJWK(of: key))
            case .ed25519(let key):
                .okp(OkpPublicJwk(x: TestClient.base64URL(key.publicKey.rawRepresentation)))
            case .rsa(let key):
                .rsa(
                    RsaPublicJwk(
                        n: TestClient.base64URL(try key.publicKey.getKeyPrimitives().modulus)
                    )
                )
            }
        }
    }

    func sign(_ data: Data) throws -> Data {
        switch self {
        case .p256(let key): try key.signature(for: data).rawRepresentation
        case .ed25519(let key): try key.signature(for: data)
        case .rsa(let key):
            try key.signature(for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5)
                .rawRepresentation
        }
    }
}
