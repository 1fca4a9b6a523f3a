/// A token request, form-encoded (RFC 6749 section 4.4.2, RFC 7523 section 2.2).
package struct TokenRequest: Codable, Hashable, Sendable {
    /// Must be `client_credentials`; another is answered with `unsupported-grant-type`.
    package var grantType: String
    /// The type of the assertion.
    package var clientAssertionType: String
    /// A JWT signed with the key of the client, ES256.
    package var clientAssertion: String
    /// Scopes separated by spaces; absent for all that the roles allow.
    package var scope: String?
    /// The client; must be the subject of the assertion.
    package var clientId: Identifier?
    /// The mandate under which the client will act.
    package var mandate: Identifier?

    private enum CodingKeys: String, CodingKey {
        case grantType = "grant_type"
        case clientAssertionType = "client_assertion_type"
        case clientAssertion = "client_assertion"
        case scope
        case clientId = "client_id"
        case mandate
    }

    /// Creates it from its members.
    package init(
        grantType: String,
        clientAssertionType: String = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        clientAssertion: String,
        scope: String? = nil,
        clientId: Identifier? = nil,
        mandate: Identifier? = nil
    ) {
        self.grantType = grantType
        self.clientAssertionType = clientAssertionType
        self.clientAssertion = clientAssertion
        self.scope = scope
        self.clientId = clientId
        self.mandate = mandate
    }
}

/// A token answer (RFC 6749 section 5.1).
package struct AccessToken: Codable, Hashable, Sendable {
    /// The token, a JWT signed with ES256.
    package var accessToken: String
    /// `Bearer`, or `DPoP` for a token that is bound to a key.
    package var tokenType: String
    /// The lifetime in seconds, at most 600.
    package var expiresIn: Int
    /// The scopes that were granted, separated by spaces.
    package var scope: String

    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
        case scope
    }

    /// Creates it from its members.
    package init(
        accessToken: String,
        tokenType: String = "Bearer",
        expiresIn: Int,
        scope: String
    ) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.expiresIn = expiresIn
        self.scope = scope
    }
}
