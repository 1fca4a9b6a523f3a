import API
import Crypto
import FoundationEssentials
import Hummingbird
import JWTKit
import Synchronization

/// Verifies access tokens offline, by the issuer's published keys.
package final class Authenticator: Sendable {
    private let keys: any KeySource
    private let issuer: String
    private let audience: String
    private let clock: Clock
    private let revoked: RevokedClients
    private let remembered = Mutex<[SHA256Digest: Remembered]>([:])
    // 4,096 tokens take about 2 MB; beyond that the memory starts anew.
    private static let mostRemembered = 4096

    private struct Remembered: Sendable {
        let caller: Caller
        let expiresAt: Int64
    }

    init(
        keys: any KeySource,
        issuer: String,
        audience: String,
        clock: Clock,
        revoked: RevokedClients
    ) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
        self.clock = clock
        self.revoked = revoked
    }

    /// The caller of a request; throws 401 or 403 as RFC 6750 section 3.1 says.
    func caller(of request: Request, needing scopes: [Scope]) async throws -> Caller {
        guard let header = request.headers[.authorization] else {
            throw Self.unauthorized("A bearer token is needed.", code: nil)
        }
        let parts = header.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard parts.count == 2, parts[1].count <= 4096,
            parts[0].elementsEqual("Bearer".utf8)
                || Substring(parts[0]).lowercased() == "bearer"
        else { throw Self.unauthorized("Send Authorization: Bearer and one token.") }
        let caller = try await verified(parts[1])
        // Asked every time: a token that is remembered may have been revoked since.
        guard !isRevoked(caller) else { throw Self.unauthorized("The token was revoked.") }
        guard scopes.contains(where: caller.scopes.contains) else {
            let needed = scopes.map(\.rawValue)
            throw Problem(
                .insufficientScope,
                "This needs the scope \(needed.joined(separator: " or ")).",
                headers: [
                    .wwwAuthenticate: "Bearer error=\"insufficient_scope\", "
                        + "scope=\"\(needed.joined(separator: " "))\""
                ]
            )
        }
        return caller
    }

    /// Whether the token that a caller came with has been revoked since.
    func isRevoked(_ caller: Caller) -> Bool {
        if revoked.refuses(caller.client, tokenIssuedAt: caller.tokenIssuedAt) { return true }
        guard let mandate = caller.mandate else { return false }
        return mandate.endsAt <= clock.now()
            || revoked.refuses(mandate.id, tokenIssuedAt: caller.tokenIssuedAt)
    }

    private func verified(_ bytes: Substring.UTF8View) async throws -> Caller {
        let digest = SHA256.hash(data: Array(bytes))
        let now = clock.now().microseconds
        if let known = remembered.withLock({ $0[digest] }), known.expiresAt > now {
            return known.caller
        }
        let token = String(Substring(bytes))
        let claims: AccessToken
        do {
            claims = try await keys.current().verify(token)
        } catch let problem as Problem {
            throw problem
        } catch {
            // A key may be newer than our copy of the set.
            guard let refreshed = try await keys.refreshed(),
                let second = try? await refreshed.verify(token, as: AccessToken.self)
            else { throw Self.unauthorized("The token's signature is not ours.") }
            claims = second
        }
        let expiresAt = Int64(claims.exp.value.timeIntervalSince1970) * 1_000_000
        guard claims.iss.value == issuer else {
            throw Self.unauthorized("The token is of another issuer.")
        }
        guard claims.aud.value.contains(audience) else {
            throw Self.unauthorized("The token is for another audience.")
        }
        guard expiresAt > now else { throw Self.unauthorized("The token has expired.") }
        guard let caller = claims.caller() else {
            throw Self.unauthorized("The token's claims are not ours.")
        }
        remembered.withLock { table in
            if table.count >= Self.mostRemembered { table.removeAll(keepingCapacity: true) }
            table[digest] = Remembered(caller: caller, expiresAt: expiresAt)
        }
        return caller
    }

    private static func unauthorized(
        _ detail: String,
        code: String? = "invalid_token"
    ) -> Problem {
        let challenge = code.map { "Bearer error=\"\($0)\"" } ?? "Bearer"
        return Problem(.unauthorized, detail, headers: [.wwwAuthenticate: challenge])
    }
}
