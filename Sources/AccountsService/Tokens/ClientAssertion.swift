import API
import FoundationEssentials
import JWTKit
import ServiceKit

/// What a client signed to prove that it has its key (RFC 7523 section 3).
struct ClientAssertion: Sendable {
    /// The longest lifetime ahead, in seconds: an hour is what usual client libraries take when
    /// nobody tells them otherwise. As each is good for one request, it need not be shorter.
    static let longestLifetime = 3600.0
    /// How far a client's clock may differ, in seconds.
    static let clockTolerance = 30.0

    let client: UUID
    let jti: String
    /// Seconds since 1970.
    let expiresAt: Double
    private let algorithm: ClientKey.Algorithm
    private let token: String
    private let claims: Claims

    private struct Claims: JWTPayload {
        let iss: String
        let sub: String
        let aud: Audience
        let exp: Double
        let iat: Double?
        let nbf: Double?
        let jti: String

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    /// One audience or several.
    private struct Audience: Codable, Sendable {
        let all: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let one = try? container.decode(String.self) {
                all = [one]
            } else {
                all = try container.decode([String].self)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(all)
        }
    }

    /// Reads an assertion without believing it; `nil` when it is not one of the expected form.
    init?(_ token: String) {
        guard
            let (header, claims, _) = try? DefaultJWTParser().parse(
                Data(token.utf8),
                as: Claims.self
            ),
            let algorithm = header.alg.flatMap(ClientKey.Algorithm.init(rawValue:)),
            header.crit == nil,
            claims.iss == claims.sub, let client = Identifier(claims.sub),
            (1...128).contains(claims.jti.utf8.count), !claims.jti.utf8.contains(0)
        else { return nil }
        self.algorithm = algorithm
        self.token = token
        self.claims = claims
        self.client = client.uuid
        jti = claims.jti
        expiresAt = claims.exp
    }

    /// Whether the key made the signature.
    func isSigned(with key: ClientKey) async -> Bool {
        guard algorithm == key.algorithm, let keys = try? await key.verifier() else { return false }
        return (try? await keys.verify(token, as: Claims.self)) != nil
    }

    /// Whether it is meant for one of these audiences.
    func isMeant(for audiences: [String]) -> Bool {
        claims.aud.all.contains(where: audiences.contains)
    }

    /// Whether it holds at this moment and not for too long.
    func holds(at now: Instant) -> Bool {
        let seconds = Double(now.microseconds) / 1e6
        return claims.exp > seconds - Self.clockTolerance
            && claims.exp <= seconds + Self.longestLifetime + Self.clockTolerance
            && [claims.iat, claims.nbf].allSatisfy { ($0 ?? 0) <= seconds + Self.clockTolerance }
    }
}
