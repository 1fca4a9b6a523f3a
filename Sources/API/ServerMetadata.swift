/// Authorization server metadata (RFC 8414).
package struct ServerMetadata: Codable, Hashable, Sendable {
    /// The issuer, as in every token.
    package var issuer: String
    /// Where tokens are issued.
    package var tokenEndpoint: String
    /// Where the keys are that verify tokens.
    package var jwksUri: String
    /// Every scope.
    package var scopesSupported: [String]
    /// `none`: there is no authorization endpoint.
    package var responseTypesSupported: [String]
    /// `client_credentials`, and for officials the grant of RFC 7523 section 2.1.
    package var grantTypesSupported: [String]
    /// `private_key_jwt`.
    package var tokenEndpointAuthMethodsSupported: [String]
    /// `ES256`, `EdDSA` and `RS256`.
    package var tokenEndpointAuthSigningAlgValuesSupported: [String]
    /// `ES256` and `EdDSA`.
    package var dpopSigningAlgValuesSupported: [String]

    private enum CodingKeys: String, CodingKey {
        case issuer
        case tokenEndpoint = "token_endpoint"
        case jwksUri = "jwks_uri"
        case scopesSupported = "scopes_supported"
        case responseTypesSupported = "response_types_supported"
        case grantTypesSupported = "grant_types_supported"
        case tokenEndpointAuthMethodsSupported = "token_endpoint_auth_methods_supported"
        case tokenEndpointAuthSigningAlgValuesSupported =
            "token_endpoint_auth_signing_alg_values_supported"
        case dpopSigningAlgValuesSupported = "dpop_signing_alg_values_supported"
    }

    /// Creates it from its members.
    package init(
        issuer: String,
        tokenEndpoint: String,
        jwksUri: String,
        scopesSupported: [String],
        responseTypesSupported: [String],
        grantTypesSupported: [String],
        tokenEndpointAuthMethodsSupported: [String],
        tokenEndpointAuthSigningAlgValuesSupported: [String],
        dpopSigningAlgValuesSupported: [String]
    ) {
        self.issuer = issuer
        self.tokenEndpoint = tokenEndpoint
        self.jwksUri = jwksUri
        self.scopesSupported = scopesSupported
        self.responseTypesSupported = responseTypesSupported
        self.grantTypesSupported = grantTypesSupported
        self.tokenEndpointAuthMethodsSupported = tokenEndpointAuthMethodsSupported
        self.tokenEndpointAuthSigningAlgValuesSupported = tokenEndpointAuthSigningAlgValuesSupported
        self.dpopSigningAlgValuesSupported = dpopSigningAlgValuesSupported
    }
}
