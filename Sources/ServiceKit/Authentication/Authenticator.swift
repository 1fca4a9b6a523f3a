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
    private let proofs: ProofVerifier
    private let remembered = Mutex<[SHA256Digest: Remembered]>([:])
    // 4,096 tokens take about 2 MB; beyond that the memory starts anew.
    private static let mostRemembered = 4096
    /// How far the issuer's clock may be ahead, in seconds.
    private static let clockTolerance: Int64 = 30

    private struct Remembered: Sendable {
        let caller: Caller
        let expiresAt: Int64
        /// Those that verified it: with another set it is verified anew.
        let keys: JWTKeyCollection
    }

    /// A token as it came, in the way of the header.
    private struct Presented {
        let challenge: Challenge
        let token: Substring.UTF8View
        let digest: SHA256Digest
    }

    init(
        keys: any KeySource,
        issuer: String,
        audience: String,
        clock: Clock,
        revoked: RevokedClients,
        proofs: ProofVerifier
    ) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
        self.clock = clock
        self.revoked = revoked
        self.proofs = proofs
    }

    /// The caller of a request; throws 401 or 403 as RFC 6750 section 3.1 and RFC 9449 section 7.1
    /// say, and 503 when it cannot be told whether a proof was used before.
    func caller(of request: Request, needing scopes: [Scope]) async throws -> Caller {
        let presented = try Self.presented(by: request)
        let caller = try await verified(presented)
        // Asked every time: a token that is remembered may have been revoked since.
        guard !isRevoked(caller) else {
            throw Self.unauthorized("The token was revoked.", presented.challenge)
        }
        let proof = try proof(of: request, presented, caller)
        guard scopes.contains(where: caller.scopes.contains) else {
            let needed = scopes.map(\.rawValue)
            throw Problem(
                .insufficientScope,
                "This needs the scope \(needed.joined(separator: " or ")).",
                headers: [
                    .wwwAuthenticate: presented.challenge.text(
                        error: "insufficient_scope",
                        scope: needed.joined(separator: " ")
                    )
                ]
            )
        }
        if let proof { try await use(proof, of: caller) }
        return caller
    }

    /// Whether the token that a caller came with has been revoked since.
    func isRevoked(_ caller: Caller) -> Bool {
        if revoked.refuses(caller.client, tokenIssuedAt: caller.tokenIssuedAt) { return true }
        guard let mandate = caller.mandate else { return false }
        return mandate.endsAt <= clock.now()
            || revoked.refuses(mandate.id, tokenIssuedAt: caller.tokenIssuedAt)
    }

    private static func presented(by request: Request) throws -> Presented {
        guard let header = request.headers[.authorization] else {
            throw Problem(
                .unauthorized,
                "An access token is needed.",
                headers: [.wwwAuthenticate: Challenge.any]
            )
        }
        let parts = header.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
        let challenge = parts.first.flatMap { Challenge.named(Substring($0)) }
        guard parts.count == 2, parts[1].count <= 4096, let challenge else {
            throw unauthorized(
                "Send Authorization: Bearer or DPoP, and one token.",
                challenge ?? .bearer
            )
        }
        return Presented(
            challenge: challenge,
            token: parts[1],
            digest: SHA256.hash(data: Array(parts[1]))
        )
    }

    /// The proof that a bound token needs; none for a bearer token. One is never taken for the
    /// other: what was stolen from a wire or a log must not do without its key.
    private func proof(
        of request: Request,
        _ presented: Presented,
        _ caller: Caller
    ) throws -> ProofOfPossession? {
        switch (presented.challenge, caller.tokenKey) {
        case (.bearer, nil):
            return nil
        case (.bearer, _):
            throw Self.unauthorized("The token is bound to a key: send a proof with it.", .dpop)
        case (.dpop, nil):
            throw Self.unauthorized("The token is not bound to a key.", .dpop)
        case (.dpop, let key?):
            do {
                let proof = try proofs.proof(
                    of: request,
                    tokenDigest: Base64URL.text(presented.digest)
                )
                guard proof.thumbprint == key else { throw ProofRefusal.otherKey }
                return proof
            } catch let refusal as ProofRefusal {
                throw refusal.problem
            }
        }
    }

    private func use(_ proof: ProofOfPossession, of caller: Caller) async throws {
        do {
            try await proofs.use(proof, in: caller.community ?? Caller.noCommunity)
        } catch let refusal as ProofRefusal {
            throw refusal.problem
        }
    }

    private func verified(_ presented: Presented) async throws -> Caller {
        let now = clock.now().microseconds
        var known = try keys.current()
        if let entry = remembered.withLock({ $0[presented.digest] }), entry.keys === known,
            entry.expiresAt > now
        {
            return entry.caller
        }
        func refused(_ detail: String) -> Problem { Self.unauthorized(detail, presented.challenge) }
        let token = String(Substring(presented.token))
        let claims: AccessToken
        do {
            claims = try await known.verify(token)
        } catch {
            // A key may be newer than our copy of the set.
            guard let refreshed = try await keys.refreshed(),
                let second = try? await refreshed.verify(token, as: AccessToken.self)
            else { throw refused("The token's signature is not ours.") }
            (known, claims) = (refreshed, second)
        }
        let issuedAt = Int64(claims.iat.value.timeIntervalSince1970) * 1_000_000
        let expiresAt = Int64(claims.exp.value.timeIntervalSince1970) * 1_000_000
        guard claims.iss.value == issuer else { throw refused("The token is of another issuer.") }
        guard claims.aud.value.contains(audience) else {
            throw refused("The token is for another audience.")
        }
        guard expiresAt > now else { throw refused("The token has expired.") }
        // Revocations are looked back for one lifetime only, and from the moment of issue on.
        guard expiresAt - issuedAt <= Int64(AccessToken.lifetime) * 1_000_000,
            issuedAt <= now + Self.clockTolerance * 1_000_000
        else { throw refused("The token's times are not ours.") }
        guard let caller = claims.caller() else {
            throw refused("The token's claims are not ours.")
        }
        remembered.withLock { table in
            if table.count >= Self.mostRemembered { table.removeAll(keepingCapacity: true) }
            table[presented.digest] = Remembered(
                caller: caller,
                expiresAt: expiresAt,
                keys: known
            )
        }
        return caller
    }

    private static func unauthorized(_ detail: String, _ challenge: Challenge) -> Problem {
        Problem(
            .unauthorized,
            detail,
            headers: [.wwwAuthenticate: challenge.text(error: "invalid_token")]
        )
    }
}
