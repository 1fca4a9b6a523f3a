import API
import FoundationEssentials
import JWTKit
import Logging
import ServiceKit
import ServiceLifecycle

/// An identity provider of an institution whose word about its officials is taken.
struct IdentityProvider: Sendable {
    /// As the file of `accounts.identityProvidersFile` has it.
    struct Settings: Decodable, Sendable {
        let issuer: String
        let keySetFile: String?
        let keySetUrl: String?
        /// What its tokens for us have in `aud`.
        let audience: String
        let communityId: Identifier
        /// The institution that its officials act for.
        let partyId: Identifier
        /// The claim whose texts are looked up in `roles`.
        let roleClaim: String
        let roles: [String: [Role]]
        /// The claim that tells how somebody is called; `name` when absent.
        let nameClaim: String?
    }

    let settings: Settings
    let keys: any KeySource & Service

    /// The roles that the claims of a token give: those that are configured, and no others.
    func roles(of claims: [String: JSONValue]) -> [Role] {
        let texts: [String] =
            switch claims[settings.roleClaim] {
            case .string(let text): [text]
            case .array(let elements):
                elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
            default: []
            }
        let given = Set(texts.flatMap { settings.roles[$0] ?? [] })
        return Role.allCases.filter(given.contains)
    }
}

/// The identity providers that an installation trusts.
struct IdentityProviders: Sendable {
    /// So many at most.
    static let most = 20

    let all: [IdentityProvider]

    /// Reads the file that the settings name, none without; throws `ServiceConfiguration.Invalid`.
    init(_ configuration: ServiceConfiguration, logger: Logger) async throws {
        guard let file = configuration.file("accounts.identityProvidersFile") else {
            all = []
            return
        }
        guard let data = try? Data(contentsOf: URL(filePath: file)),
            let settings = try? JSONDecoder().decode([IdentityProvider.Settings].self, from: data)
        else { throw Self.invalid("is not a list of identity providers: \(file)") }
        guard settings.count <= Self.most else { throw Self.invalid("names too many providers") }
        let names = settings.map { [$0.issuer, $0.audience] }
        guard Set(names).count == names.count else {
            throw Self.invalid("names one issuer and audience twice")
        }
        var providers: [IdentityProvider] = []
        for each in settings {
            try Self.check(each)
            providers.append(
                IdentityProvider(settings: each, keys: try await Self.keys(of: each, logger))
            )
        }
        all = providers
    }

    /// The one that issued a token for one of these audiences; `nil` when it is not trusted.
    func provider(issuer: String, audiences: [String]) -> IdentityProvider? {
        all.first { $0.settings.issuer == issuer && audiences.contains($0.settings.audience) }
    }

    private static func check(_ settings: IdentityProvider.Settings) throws {
        guard !settings.issuer.isEmpty, !settings.audience.isEmpty else {
            throw invalid("has a provider without issuer or audience")
        }
        let roles = settings.roles.values.flatMap(\.self)
        guard !roles.isEmpty, roles.allSatisfy(\.isRegistrable) else {
            throw invalid(
                "gives no role, or one that is installed or enrolled, for \(settings.issuer)"
            )
        }
        guard (settings.keySetFile == nil) != (settings.keySetUrl == nil) else {
            throw invalid("needs keySetFile or keySetUrl for \(settings.issuer)")
        }
        if let url = settings.keySetUrl, !isProtected(url) {
            throw invalid("needs https in keySetUrl for \(settings.issuer)")
        }
    }

    /// Keys that come over a network in clear text are anybody's.
    private static func isProtected(_ url: String) -> Bool {
        url.hasPrefix("https://") || url.hasPrefix("http://127.0.0.1:")
    }

    private static func keys(
        of settings: IdentityProvider.Settings,
        _ logger: Logger
    ) async throws -> any KeySource & Service {
        if let url = settings.keySetUrl {
            return RemoteKeySet(
                url: url,
                logger: logger,
                read: ProviderKeys.read
            )
        }
        let file = settings.keySetFile ?? ""
        do {
            return try await FileKeySet(file: file, logger: logger)
        } catch {
            throw invalid("names no key set with RSA, P-256 or Ed25519 keys: \(file)")
        }
    }

    private static func invalid(_ what: String) -> ServiceConfiguration.Invalid {
        ServiceConfiguration.Invalid(description: "accounts.identityProvidersFile \(what)")
    }
}
