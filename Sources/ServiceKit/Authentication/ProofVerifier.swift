import API
package import FoundationEssentials
package import Hummingbird

/// Verifies the proof of a request against all that RFC 9449 section 4.3 asks for.
package struct ProofVerifier: Sendable {
    /// What proofs may be signed with, as metadata tells it.
    package static let algorithms = ProofKey.algorithms

    let address: ServiceAddress
    let nonces: ProofNonces
    let clock: Clock
    /// Whether nobody used a proof before.
    let isFirstUse: @Sendable (ProofOfPossession, UUID) async throws -> Bool

    /// The proof of a request, good but for whether it was used before; throws `ProofRefusal`.
    ///
    /// - Parameter tokenDigest: SHA-256 of the access token in base64url; `nil` at the token
    ///   endpoint, where there is none yet.
    package func proof(
        of request: Request,
        tokenDigest: String? = nil
    ) throws(ProofRefusal) -> ProofOfPossession {
        let given = request.headers[values: .dpop]
        guard given.count == 1 else { throw .missing }
        let proof = try ProofOfPossession(given[0])
        try proof.check(
            for: ProofOfPossession.Occasion(
                method: request.method.rawValue,
                path: request.uri.path,
                address: address,
                tokenDigest: tokenDigest,
                now: clock.now()
            )
        )
        guard let nonce = proof.claims.nonce, nonces.isGood(nonce) else { throw .nonceNeeded }
        return proof
    }

    /// Uses a proof up; throws `ProofRefusal` when somebody did before, or `PostgresError`.
    ///
    /// Last of all checks: only who has a key that counts may write rows.
    package func use(_ proof: ProofOfPossession, in community: UUID) async throws {
        guard try await isFirstUse(proof, community) else { throw ProofRefusal.replayed }
    }
}
