import API
import FoundationEssentials
import Hummingbird
import ServiceKit

/// Server metadata, the key set, and tokens.
struct TokenRoutes {
    let issuer: String
    let keys: KeySet
    let issueToken: IssueToken
    /// `nil` where no identity provider is trusted.
    let logInOfficial: LogInOfficial?
    let proofs: ProofVerifier

    func add(to routes: Routes) {
        let metadata = Reply.json(serverMetadata)
        // Verifiers fetch the set every five minutes; an intermediary may answer in between.
        let keySet = Reply.json(
            keys,
            headers: [.cacheControl: "public, max-age=60"]
        )
        routes.onAnonymous(.getServerMetadata) { _ in metadata }
        routes.onAnonymous(.getKeySet) { _ in keySet }
        routes.onAnonymous(.issueToken, answerToken)
    }

    private var serverMetadata: ServerMetadata {
        ServerMetadata(
            issuer: issuer,
            tokenEndpoint: issuer + "/v1/token",
            jwksUri: issuer + "/v1/jwks",
            scopesSupported: Scope.allCases.map(\.rawValue),
            // At least one must be there (RFC 8414 sections 2 and 3.2); this is the registered name
            // for an authorization endpoint that issues nothing.
            responseTypesSupported: ["none"],
            grantTypesSupported: [Self.clientGrant]
                + (logInOfficial == nil ? [] : [Self.officialGrant]),
            tokenEndpointAuthMethodsSupported: ["private_key_jwt"],
            tokenEndpointAuthSigningAlgValuesSupported: ClientKey.Algorithm.allCases.map(
                \.rawValue
            ),
            dpopSigningAlgValuesSupported: ProofVerifier.algorithms
        )
    }

    private static let clientGrant = "client_credentials"
    private static let officialGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    @Sendable private func answerToken(_ call: Call<Anyone>) async throws -> Reply {
        let form: [String: String]
        do {
            form = try await call.form()
        } catch let problem as Problem {
            throw problem.asOAuth
        }
        do {
            return .json(try await token(form.filter { !$0.value.isEmpty }, call))
        } catch let refusal as ProofRefusal {
            throw refusal.tokenProblem
        }
    }

    /// A token for a form; an empty parameter counts as absent (RFC 6749 section 3.2).
    private func token(
        _ form: [String: String],
        _ call: Call<Anyone>
    ) async throws -> API.AccessToken {
        guard let grant = form["grant_type"] else {
            throw TokenRefusal.missing("grant_type").problem
        }
        switch (grant, logInOfficial) {
        case (Self.clientGrant, _):
            return try await issueToken(Self.request(form), proof: proof(of: call.request))
        case (Self.officialGrant, let logInOfficial?):
            guard let assertion = form["assertion"] else {
                throw TokenRefusal.missing("assertion").problem
            }
            // Before the assertion is used up: what is wrong with the proof can be mended.
            let proof = try proof(of: call.request)
            let official = try await logInOfficial(assertion, call)
            return try await issueToken.token(for: official, asking: form["scope"], proof)
        default:
            throw TokenRefusal.unsupportedGrantType.problem
        }
    }

    /// The proof that the token is to be bound to; `nil` without one.
    private func proof(of request: Request) throws -> ProofOfPossession? {
        request.headers[.dpop] == nil ? nil : try proofs.proof(of: request)
    }

    private static func request(_ form: [String: String]) throws -> TokenRequest {
        guard let assertion = form["client_assertion"],
            form["client_assertion_type"] == assertionType
        else { throw TokenRefusal.invalidClient.problem }
        let client = form["client_id"].map { Identifier($0) }
        if case .some(nil) = client { throw TokenRefusal.invalidClient.problem }
        let mandate = form["mandate"].map { Identifier($0) }
        if case .some(nil) = mandate { throw TokenRefusal.invalidMandate.problem }
        return TokenRequest(
            grantType: clientGrant,
            clientAssertion: assertion,
            scope: form["scope"],
            clientId: client ?? nil,
            mandate: mandate ?? nil
        )
    }
}
