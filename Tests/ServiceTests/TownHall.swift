import API
import Crypto
import Foundation
import LocalStack
import TestSupport

/// A municipality with an identity provider of its own, which an accounts service beside the stack's
/// trusts.
struct TownHall: Sendable {
    static let issuer = "https://login.wijkstad.example"
    static let audience = "wijkmunt-test"

    /// A key of the provider.
    struct Key: Sendable {
        let key: SoftwareKey
        let id: String

        init(_ key: SoftwareKey, id: String) {
            self.key = key
            self.id = id
        }
    }

    let community: TestCommunity
    let key: Key
    /// A key of the provider that is not for signatures.
    let encryptionKey: Key
    let urls: [ServiceName: String]
    /// Somebody at a desk there, to ask without being anybody.
    let desk: TestClient
    private let keySetFile: String
    private let service: ServiceProcess?

    private static let opening = Task { try await open() }

    /// One for the tests that leave it as it is.
    static var shared: TownHall {
        get async throws { try await opening.value }
    }

    /// A community with an accounts service that trusts its provider.
    static func open() async throws -> TownHall {
        let community = try await TestCommunity.make()
        let key = Key(.p256(P256.Signing.PrivateKey()), id: "2026-11")
        let file = "\(community.stack.directory.config)/\(UUID().uuidString).jwks"
        let other = Key(try SoftwareKey(.rsa2048), id: "e")
        let closed = TownHall(community, key, other, file, nil, community.administrator.urls)
        try closed.publish([key])
        let service = try await closed.start([closed.settings])
        var urls = community.administrator.urls
        urls[.accounts] = await service.url
        return TownHall(community, key, other, file, service, urls)
    }

    private init(
        _ community: TestCommunity,
        _ key: Key,
        _ encryptionKey: Key,
        _ keySetFile: String,
        _ service: ServiceProcess?,
        _ urls: [ServiceName: String]
    ) {
        self.community = community
        self.key = key
        self.encryptionKey = encryptionKey
        self.keySetFile = keySetFile
        self.service = service
        self.urls = urls
        desk = community.administrator.at(urls)
    }

    /// Ends the accounts service.
    func close() async { _ = await service?.stop() }

    /// How the provider is configured.
    var settings: [String: Any] {
        [
            "issuer": Self.issuer, "audience": Self.audience, "keySetFile": keySetFile,
            "communityId": "\(community.id)", "partyId": "\(community.institution)",
            "roleClaim": "groups",
            "roles": ["klerken": ["benefits-clerk"], "fiatteurs": ["benefits-approver"]],
        ]
    }

    /// Starts an accounts service that trusts these providers.
    func start(_ providers: [[String: Any]]) async throws -> ServiceProcess {
        let file = "\(community.stack.directory.config)/\(UUID().uuidString).json"
        try JSONSerialization.data(withJSONObject: providers).write(to: URL(filePath: file))
        return try await SecondInstance.start(
            .accounts,
            of: community.stack,
            programs: TestStack.programs,
            accounts: ["identityProvidersFile": file]
        )
    }

    /// Writes the provider's key set, with keys for other uses in it as there are in life.
    func publish(_ keys: [Key]) throws {
        let encryption = try encryptionKey.key.jwk
        let all =
            try keys.map { try Self.members(of: $0.key.jwk, ["kid": $0.id, "use": "sig"]) }
            + [
                Self.members(of: encryption, ["kid": "e", "use": "enc", "alg": "RSA-OAEP"]),
                ["kty": "oct", "kid": "o", "k": "c2VjcmV0"],
            ]
        try JSONSerialization.data(withJSONObject: ["keys": all])
            .write(to: URL(filePath: keySetFile), options: .atomic)
    }

    private static func members(
        of jwk: ClientJwk,
        _ others: [String: String]
    ) throws -> [String: String] {
        let data = try JSONEncoder().encode(jwk)
        let own = try JSONSerialization.jsonObject(with: data) as? [String: String] ?? [:]
        return own.merging(others) { first, _ in first }
    }

    /// What the provider says of somebody; members can be changed before it signs.
    func assertion(
        _ subject: String,
        key other: Key? = nil,
        header: [String: Any] = [:],
        change: (inout [String: Any]) -> Void = { _ in }
    ) throws -> String {
        let key = other ?? key
        let now = Int(Date().timeIntervalSince1970)
        var claims: [String: Any] = [
            "iss": Self.issuer, "aud": Self.audience, "sub": subject, "iat": now,
            "exp": now + 300, "jti": UUID().uuidString, "groups": ["klerken"], "name": subject,
        ]
        change(&claims)
        let full = ["alg": key.key.algorithm, "kid": key.id, "typ": "JWT"]
            .merging(header) { _, given in given }
        let text = try [full, claims].map {
            TestClient.base64URL(try JSONSerialization.data(withJSONObject: $0))
        }.joined(separator: ".")
        return try text + "." + TestClient.base64URL(key.key.sign(Data(text.utf8)))
    }

    /// Hands an assertion in.
    func exchange(_ assertion: String) async throws -> TestAnswer {
        try await desk.logIn(assertion: assertion)
    }

    /// Somebody who has logged in.
    func logIn(_ subject: String, groups: [String] = ["klerken"]) async throws -> TestClient {
        let answer = try await exchange(assertion(subject) { $0["groups"] = groups })
        let token = try answer.decode(AccessToken.self).accessToken
        guard let id = try SignedToken(token).claims["client_id"] as? String,
            let client = Identifier(id)
        else { throw MissingMember(name: "client_id") }
        let official = TestClient(id: client, key: P256.Signing.PrivateKey(), urls: urls)
        official.hold(token)
        return official
    }

    /// A client of the institution as administrators see it.
    func client(named name: String) async throws -> Client {
        let page = try await community.administrator.call(
            .listClients,
            query: "partyId=\(community.institution)"
        ).decode(Page<Client>.self)
        guard let client = page.items.first(where: { $0.name == name }) else {
            throw MissingMember(name: name)
        }
        return client
    }
}

/// What is wrong with an assertion that is good but for that.
enum AssertionFlaw: CaseIterable {
    case garbage, expired, old, future, undated, notYet, issuer, audience, noSubject, longSubject
    case key, noKeyID, algNone, secret, critical, encryptionKey, accessToken

    func assertion(of hall: TownHall) async throws -> String {
        let now = Int(Date().timeIntervalSince1970)
        func changed(_ name: String, _ value: Any?) throws -> String {
            try hall.assertion("x.flawed") { $0[name] = value }
        }
        let stranger = TownHall.Key(.p256(P256.Signing.PrivateKey()), id: hall.key.id)
        switch self {
        case .garbage: return "e30.e30.e30"
        case .expired: return try changed("exp", now - 60)
        case .old: return try changed("iat", now - 700)
        case .future: return try changed("iat", now + 120)
        case .undated: return try changed("iat", nil)
        case .notYet: return try changed("nbf", now + 120)
        case .issuer: return try changed("iss", "https://login.elders.example")
        case .audience: return try changed("aud", ["another-application"])
        case .noSubject: return try changed("sub", nil)
        case .longSubject: return try changed("sub", String(repeating: "s", count: 256))
        case .key: return try hall.assertion("x.flawed", key: stranger)
        case .noKeyID: return try hall.assertion("x.flawed", header: ["kid": NSNull()])
        case .algNone:
            let parts = try hall.assertion("x.flawed", header: ["alg": "none"]).split(
                separator: "."
            )
            return "\(parts[0]).\(parts[1])."
        case .secret:
            // Signed with the symmetric key that stands in the set.
            let parts = try hall.assertion("x.flawed", header: ["alg": "HS256", "kid": "o"])
                .split(separator: ".")
            let text = "\(parts[0]).\(parts[1])"
            let code = HMAC<SHA256>.authenticationCode(
                for: Data(text.utf8),
                using: SymmetricKey(data: Data("secret".utf8))
            )
            return text + "." + TestClient.base64URL(Data(code))
        case .critical: return try hall.assertion("x.flawed", header: ["crit": ["exp"]])
        case .encryptionKey: return try hall.assertion("x.flawed", key: hall.encryptionKey)
        case .accessToken: return try await hall.community.clerk.accessToken()
        }
    }
}

/// What is wrong with the configuration of providers.
enum ProviderMistake: CaseIterable {
    case operatorRole, noRole, clearText, twoSources, noSource, noKeys, twice, unknownRole

    var reason: String {
        switch self {
        case .operatorRole, .noRole: "gives no role, or one that is installed or enrolled"
        case .clearText: "needs https in keySetUrl"
        case .twoSources, .noSource: "needs keySetFile or keySetUrl"
        case .noKeys: "names no key set"
        case .twice: "names one issuer and audience twice"
        case .unknownRole: "is not a list of identity providers"
        }
    }

    func settings(of hall: TownHall) -> [[String: Any]] {
        var settings = hall.settings
        switch self {
        case .operatorRole: settings["roles"] = ["klerken": ["operator"]]
        case .noRole: settings["roles"] = [String: [String]]()
        case .clearText:
            settings["keySetFile"] = nil
            settings["keySetUrl"] = "http://login.wijkstad.example/jwks"
        case .twoSources: settings["keySetUrl"] = "https://login.wijkstad.example/jwks"
        case .noSource: settings["keySetFile"] = nil
        case .noKeys: settings["keySetFile"] = "/dev/null"
        case .twice: return [settings, settings]
        case .unknownRole: settings["roles"] = ["klerken": ["mayor"]]
        }
        return [settings]
    }
}

extension TestClient {
    /// Asks for a token by the word of an identity provider (RFC 7523 section 2.1).
    func logIn(assertion: String) async throws -> TestAnswer {
        let form = Data(
            ("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
                + "&assertion=\(assertion)").utf8
        )
        return try await requestToken(form: form)
    }
}
