import API
import FoundationEssentials
import Hummingbird
import ServiceKit

/// Server metadata, the key set, and tokens.
struct TokenRoutes {
    let issuer: String
    let keys: KeySet
    let issueToken: IssueToken
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
            grantTypesSupported: [Self.grantType],
            tokenEndpointAuthMethodsSupported: ["private_key_jwt"],
            tokenEndpointAuthSigningAlgValuesSupported: ClientKey.Algorithm.allCases.map(
                \.rawValue
            ),
            dpopSigningAlgValuesSupported: ProofVerifier.algorithms
        )
    }

    private static let grantType = "client_credentials"
    private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    @Sendable private func answerToken(_ call: Call<Anyone>) async throws -> Reply {
        let form: [String: String]
        do {
            form = try await call.form()
        } catch let problem as Problem {
            throw problem.asOAuth
        }
        do {
            let proof = try self.proof(of: call.request)
            return .json(try await issueToken(Self.request(form), proof: proof))
        } catch let refusal as ProofRefusal {
            throw refusal.tokenProblem
        }
    }

    /// The proof that the token is to be bound to; `nil` without one.
    private func proof(of request: Request) throws -> ProofOfPossession? {
        request.headers[.dpop] == nil ? nil : try proofs.proof(of: request)
    }

    /// The request of a form; an empty parameter counts as absent (RFC 6749 section 3.2).
    private static func request(_ form: [String: String]) throws -> TokenRequest {
        let form = form.filter { !$0.value.isEmpty }
        guard let grant = form["grant_type"] else {
            throw TokenRefusal.missing("grant_type").problem
        }
        guard grant == grantType else { throw TokenRefusal.unsupportedGrantType.problem }
        guard let assertion = form["client_assertion"],
            form["client_assertion_type"] == assertionType
        else { throw TokenRefusal.invalidClient.problem }
        let client = form["client_id"].map { Identifier($0) }
        if case .some(nil) = client { throw TokenRefusal.invalidClient.problem }
        let mandate = form["mandate"].map { Identifier($0) }
        if case .some(nil) = mandate { throw TokenRefusal.invalidMandate.problem }
        return TokenRequest(
            grantType: grant,
            clientAssertion: assertion,
            scope: form["scope"],
            clientId: client ?? nil,
            mandate: mandate ?? nil
        )
    }
}
