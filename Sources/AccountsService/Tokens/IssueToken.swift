import API
import FoundationEssentials
import JWTKit
import Postgres
import ServiceKit

/// Whether phones and tills get a token that is not bound to their key.
enum DeviceProofs: String, CaseIterable, Sendable {
    /// They do not.
    case required
    /// They do, when they send no proof.
    case optional
}

/// Issues an access token to a client that proves its key: client credentials with
/// `private_key_jwt` (RFC 6749 section 4.4, RFC 7523 section 2.2); bound to the key of a proof, when
/// there is one (RFC 9449 section 5).
struct IssueToken: Sendable {
    /// How long a token lives, in seconds.
    static let lifetime = ServiceKit.AccessToken.lifetime

    let database: Database
    let key: SigningKey
    let installedOperator: InstalledOperator
    let proofs: ProofVerifier
    let deviceProofs: DeviceProofs
    let issuer: String
    let audience: String
    let clock: Clock

    func callAsFunction(
        _ request: TokenRequest,
        proof: ProofOfPossession?
    ) async throws -> API.AccessToken {
        let client = try await authenticated(request, proof)
        let mandate = try await mandate(request.mandate, of: client)
        return try await token(for: client, under: mandate, asking: request.scope, proof)
    }

    /// A token for somebody who was authenticated; uses the proof up.
    func token(
        for client: TokenClient,
        under mandate: GrantedMandate? = nil,
        asking requested: String?,
        _ proof: ProofOfPossession?
    ) async throws -> API.AccessToken {
        let scopes = try granted(
            requested,
            of: mandate.map { Set($0.scopes) } ?? Set(client.roles.flatMap(\.scopes))
        )
        if let proof {
            try await proofs.use(proof, in: client.community ?? Caller.noCommunity)
        }
        let scope = scopes.map(\.rawValue).joined(separator: " ")
        var token = token(for: client, scope: scope, proof)
        try mandate?.narrow(&token)
        return API.AccessToken(
            accessToken: try await key.sign(token),
            tokenType: proof == nil ? "Bearer" : "DPoP",
            expiresIn: Int(token.exp.value.timeIntervalSince(token.iat.value)),
            scope: scope
        )
    }

    /// The mandate that was asked for; throws 400 unless it is the client's to use now.
    private func mandate(_ id: Identifier?, of client: TokenClient) async throws -> GrantedMandate?
    {
        guard let id else { return nil }
        // A till acts for its shop, whoever stands before it.
        guard let community = client.community, client.terminal == nil else {
            throw TokenRefusal.invalidMandate.problem
        }
        let mandate = try await Tenant.community(community).perform {
            try await database.query(
                GrantedMandate.inForce(id.uuid, of: client.party, community: community),
                GrantedMandate.mandate
            )
        }
        guard let mandate else { throw TokenRefusal.invalidMandate.problem }
        return mandate
    }

    private func authenticated(
        _ request: TokenRequest,
        _ proof: ProofOfPossession?
    ) async throws -> TokenClient {
        let now = clock.now()
        guard let assertion = ClientAssertion(request.clientAssertion),
            request.clientId.map({ $0.uuid == assertion.client }) ?? true,
            assertion.isMeant(for: [issuer, issuer + "/v1/token"]), assertion.holds(at: now),
            let client = try await client(assertion.client),
            let key = client.key, await assertion.isSigned(with: key)
        else { throw TokenRefusal.invalidClient.problem }
        try checkDevice(client, proof)
        // Only now: nobody without a key may write rows.
        let until = assertion.expiresAt + 2 * ClientAssertion.clockTolerance
        let isFirstUse = try await database.execute(
            TokenQueries.use(assertion, until: Instant(microseconds: Int64(until * 1e6)))
        )
        guard isFirstUse == 1 else { throw TokenRefusal.invalidClient.problem }
        return client
    }

    /// Of a device the proof is by the very key that it enrolled with.
    private func checkDevice(_ client: TokenClient, _ proof: ProofOfPossession?) throws {
        guard client.kind == .phone || client.kind == .terminal else { return }
        if let proof {
            guard proof.thumbprint == client.key?.thumbprint else { throw ProofRefusal.otherKey }
        } else if deviceProofs == .required {
            throw ProofRefusal.missing
        }
    }

    private func client(_ id: UUID) async throws -> TokenClient? {
        if id == InstalledOperator.id { return installedOperator.client }
        // Whoever asks for a token says which client it is, and nothing of a community.
        return try await Tenant.acrossCommunities {
            try await database.query(TokenQueries.activeClient(id), TokenQueries.client)
        }
    }

    /// What was asked for and is allowed; all that is allowed when nothing was asked for.
    private func granted(_ requested: String?, of allowed: Set<Scope>) throws -> [Scope] {
        let names = (requested ?? "").split(separator: " ")
        guard !names.isEmpty else { return Scope.allCases.filter(allowed.contains) }
        let asked = names.compactMap { Scope(rawValue: String($0)) }
        let scopes = Scope.allCases.filter { allowed.contains($0) && asked.contains($0) }
        guard asked.count == names.count, !scopes.isEmpty else {
            throw TokenRefusal.invalidScope.problem
        }
        return scopes
    }

    private func token(
        for client: TokenClient,
        scope: String,
        _ proof: ProofOfPossession?
    ) -> ServiceKit.AccessToken {
        let issuedAt = clock.now().microseconds / 1_000_000
        func date(_ seconds: Int64) -> Date { Date(timeIntervalSince1970: Double(seconds)) }
        var random = SystemRandomNumberGenerator()
        let jti = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
        return ServiceKit.AccessToken(
            iss: IssuerClaim(value: issuer),
            aud: AudienceClaim(value: [audience]),
            sub: SubjectClaim(value: Identifier(client.party).description),
            iat: IssuedAtClaim(value: date(issuedAt)),
            exp: ExpirationClaim(value: date(issuedAt + Int64(Self.lifetime))),
            jti: IDClaim(value: Base64URL.text(jti)),
            clientID: Identifier(client.id).description,
            scope: scope,
            roles: client.roles.map(\.rawValue),
            community: client.community.map { Identifier($0).description },
            terminal: client.terminal.map { Identifier($0).description },
            cnf: proof.map { KeyConfirmation(jkt: $0.thumbprint) }
        )
    }
}
