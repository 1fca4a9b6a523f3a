import API
import Crypto
import FoundationEssentials
package import JWTKit

/// The claims of an access token (RFC 9068).
package struct AccessToken: JWTPayload {
    /// How long a token lives, in seconds.
    package static let lifetime = 600

    package var iss: IssuerClaim
    package var aud: AudienceClaim
    /// The party's id.
    package var sub: SubjectClaim
    package var iat: IssuedAtClaim
    package var exp: ExpirationClaim
    package var jti: IDClaim
    package var clientID: String
    /// Space-separated.
    package var scope: String
    package var roles: [String]
    package var community: String?
    package var terminal: String?
    /// Who acts, when that is not the party.
    package var act: ActorClaim?
    package var mandate: MandateClaim?
    /// The key that the token is bound to (RFC 9449 section 6.1); `nil` for a bearer token.
    package var cnf: KeyConfirmation?

    /// The claims as they stand in the token (RFC 7519, RFC 9068).
    package enum CodingKeys: String, CodingKey {
        case iss, aud, sub, iat, exp, jti, scope, roles, community, terminal, act, mandate, cnf
        case clientID = "client_id"
    }

    package init(
        iss: IssuerClaim,
        aud: AudienceClaim,
        sub: SubjectClaim,
        iat: IssuedAtClaim,
        exp: ExpirationClaim,
        jti: IDClaim,
        clientID: String,
        scope: String,
        roles: [String],
        community: String?,
        terminal: String?,
        cnf: KeyConfirmation? = nil
    ) {
        self.iss = iss
        self.aud = aud
        self.sub = sub
        self.iat = iat
        self.exp = exp
        self.jti = jti
        self.clientID = clientID
        self.scope = scope
        self.roles = roles
        self.community = community
        self.terminal = terminal
        self.cnf = cnf
    }

    /// Checked by `Authenticator`, which knows issuer and audience.
    package func verify(using algorithm: some JWTAlgorithm) throws {}

    /// The caller; `nil` when a claim is not of our making.
    func caller() -> Caller? {
        guard let party = UUID(uuidString: sub.value), let client = UUID(uuidString: clientID),
            let mandate = callerMandate()
        else { return nil }
        return Caller(
            party: party,
            client: client,
            community: community.flatMap { UUID(uuidString: $0) },
            roles: Set(roles.compactMap(Role.init(rawValue:))),
            scopes: Set(scope.split(separator: " ").compactMap { Scope(rawValue: String($0)) }),
            terminal: terminal.flatMap { UUID(uuidString: $0) },
            tokenIssuedAt: Instant(
                microseconds: Int64(iat.value.timeIntervalSince1970) * 1_000_000
            ),
            tokenKey: cnf?.jkt,
            mandate: mandate
        )
    }
}

/// Which key a token is bound to (RFC 7800 section 3.1).
package struct KeyConfirmation: Codable, Hashable, Sendable {
    /// The thumbprint of the public key (RFC 7638).
    package var jkt: String

    package init(jkt: String) {
        self.jkt = jkt
    }
}
