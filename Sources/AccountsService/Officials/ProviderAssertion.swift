import API
import Crypto
import FoundationEssentials
import JWTKit
import ServiceKit

/// What an identity provider says of an official (RFC 7523 section 3), such as an OpenID Connect
/// ID token.
struct ProviderAssertion: Sendable {
    /// How long ago it may have been issued, in seconds: it is for logging in now.
    static let longestAge = 600.0
    /// How far the provider's clock may differ, in seconds.
    static let clockTolerance = 30.0
    static let mostBytes = 8192

    let provider: IdentityProvider
    let subject: String
    /// Seconds since 1970.
    let expiresAt: Double
    /// The same for every spelling of its signature, of which there are several.
    let digest: String
    private let token: String
    private let claims: Claims

    private struct Claims: JWTPayload {
        let members: [String: JSONValue]

        init(from decoder: any Decoder) throws {
            members = try decoder.singleValueContainer().decode([String: JSONValue].self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(members)
        }

        func verify(using algorithm: some JWTAlgorithm) {}

        func text(_ name: String) -> String? {
            if case .string(let text) = members[name] { text } else { nil }
        }

        func seconds(_ name: String) -> Double? {
            if case .number(let number) = members[name] { number } else { nil }
        }

        /// One audience or several.
        var audiences: [String] {
            switch members["aud"] {
            case .string(let text): [text]
            case .array(let all):
                all.compactMap { if case .string(let one) = $0 { one } else { nil } }
            default: []
            }
        }
    }

    /// Reads an assertion without believing it; `nil` when no trusted provider could have made it.
    init?(_ token: String, trusting providers: IdentityProviders) {
        guard token.utf8.count <= Self.mostBytes,
            let (header, claims, _) = try? DefaultJWTParser().parse(
                Data(token.utf8),
                as: Claims.self
            ),
            let algorithm = header.alg, ProviderKeys.algorithms.contains(algorithm),
            header.crit == nil, header.kid != nil,
            let issuer = claims.text("iss"),
            let provider = providers.provider(issuer: issuer, audiences: claims.audiences),
            let subject = claims.text("sub"), (1...255).contains(subject.count),
            subject.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }),
            let expiresAt = claims.seconds("exp"), expiresAt.magnitude < 1e11,
            let signature = token.utf8.lastIndex(of: UInt8(ascii: "."))
        else { return nil }
        self.provider = provider
        self.subject = subject
        self.expiresAt = expiresAt
        digest = Base64URL.text(SHA256.hash(data: Data(token.utf8[..<signature])))
        self.token = token
        self.claims = claims
    }

    /// Whether a key of the provider made the signature; throws 503 when its keys are not here yet.
    func isSigned() async throws -> Bool {
        let known = try provider.keys.current()
        if (try? await known.verify(token, as: Claims.self)) != nil { return true }
        // A key may be newer than our copy of the set.
        guard let newer = try await provider.keys.refreshed() else { return false }
        return (try? await newer.verify(token, as: Claims.self)) != nil
    }

    /// Whether it holds at this moment, and was issued for a login of now.
    func holds(at now: Instant) -> Bool {
        let seconds = Double(now.microseconds) / 1e6
        guard let issuedAt = claims.seconds("iat") else { return false }
        return expiresAt > seconds - Self.clockTolerance
            && issuedAt > seconds - Self.longestAge
            && issuedAt <= seconds + Self.clockTolerance
            && (claims.seconds("nbf") ?? 0) <= seconds + Self.clockTolerance
    }

    /// The roles that it gives here.
    var roles: [Role] { provider.roles(of: claims.members) }

    /// What somebody is called: as the provider says, else by their subject; 1 to 100 characters.
    var name: String {
        let given = claims.text(provider.settings.nameClaim ?? "name") ?? ""
        let isPlain = given.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        return String((isPlain && given.contains { $0 != " " } ? given : subject).prefix(100))
    }
}
