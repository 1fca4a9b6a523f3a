import API
import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Gets access tokens with the key of a client (RFC 7523) and keeps each until shortly before it
/// expires. They are bound to the key, which proves itself in every request (RFC 9449): who finds
/// a token has nothing.
actor TokenSource {
    private let accounts: String
    private let grant: Grant
    private let key: SigningKey
    /// Under which the client acts for somebody else.
    private let mandate: Identifier?
    private var current: (token: String, until: ContinuousClock.Instant)?
    /// What the services last wanted to see in a proof; one is good for all of them.
    private var nonce: String?

    /// By what tokens are had.
    enum Grant: Sendable {
        /// A client's own key.
        case client(Identifier)
        /// The word of an identity provider, good for one token.
        case official(assertion: String)
        /// A token of earlier; there will be no other.
        case held(HeldToken)
    }

    init(accounts: String, grant: Grant, key: SigningKey, mandate: Identifier? = nil) {
        self.accounts = accounts
        self.grant = grant
        self.key = key
        self.mandate = mandate
    }

    /// The request with what authorizes it, to be made anew for every attempt.
    func authorized(_ request: HTTPClientRequest) async throws -> HTTPClientRequest {
        let token = try await token()
        let proof = RequestProof(of: request, token: token, nonce: nonce)
        var authorized = request
        authorized.headers.add(name: "Authorization", value: "DPoP \(token)")
        authorized.headers.add(name: "DPoP", value: try key.prove(proof))
        return authorized
    }

    /// Keeps the nonce of an answer. Says whether the request was refused for want of it and can
    /// be repeated.
    func learn(from headers: HTTPHeaders) -> Bool {
        guard let given = headers.first(name: "DPoP-Nonce") else { return false }
        nonce = given
        return headers.first(name: "WWW-Authenticate")?.contains("use_dpop_nonce") == true
    }

    /// Keeps the nonce of an answer of the token endpoint, which tells in its body what it wants.
    private func learnAsToken(from answer: Answer) -> Bool {
        _ = learn(from: answer.headers)
        return answer.status == 400 && Exchange.refusal(answer).problemType == .useDpopNonce
    }

    /// A token that is good for a while.
    private func token() async throws -> String {
        if let current, ContinuousClock.now < current.until { return current.token }
        if case .held(let held) = grant {
            guard Instant.now < held.until else {
                throw CommandFailure("the login has ended; `wijkmunt login` begins another")
            }
            return held.token
        }
        let answer = try await issue()
        current = (
            answer.accessToken,
            ContinuousClock.now.advanced(by: .seconds(max(0, answer.expiresIn - 30)))
        )
        return answer.accessToken
    }

    /// Forgets the token; the next call gets another.
    func forget() {
        current = nil
    }

    /// Asks for a token.
    func issue() async throws -> AccessToken {
        var request = HTTPClientRequest(url: accounts + API.Operation.issueToken.path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: MediaType.form)
        request.headers.add(name: "Accept", value: MediaType.json)
        let answer = try await Exchange.send(
            request,
            operation: .issueToken,
            authorization: Exchange.Authorization(
                apply: { try await self.provenRequest($0) },
                isRenewed: { await self.learnAsToken(from: $0) }
            )
        )
        return try answer.decode(AccessToken.self)
    }

    /// Made for every attempt: assertions are used once, like proofs.
    private func provenRequest(_ request: HTTPClientRequest) throws -> HTTPClientRequest {
        var proven = request
        proven.body = .bytes(ByteBuffer(string: try form()))
        let proof = RequestProof(of: request, token: nil, nonce: nonce)
        proven.headers.add(name: "DPoP", value: try key.prove(proof))
        return proven
    }

    private func form() throws -> String {
        let fields: [(String, String)] =
            switch grant {
            case .client(let id): try clientFields(id)
            case .official(let assertion):
                [
                    ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                    ("assertion", assertion),
                ]
            case .held: []
            }
        return fields.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
    }

    private func clientFields(_ clientId: Identifier) throws -> [(String, String)] {
        let now = Int(Date().timeIntervalSince1970)
        let assertion = Assertion(
            iss: clientId,
            sub: clientId,
            aud: accounts,
            iat: now,
            exp: now + 120,
            jti: UUID().uuidString.lowercased()
        )
        var parameters = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", try key.sign(assertion, keyID: clientId)),
        ]
        if let mandate { parameters.append(("mandate", mandate.description)) }
        return parameters
    }

    private struct Assertion: Encodable {
        let iss: Identifier
        let sub: Identifier
        let aud: String
        let iat: Int
        let exp: Int
        let jti: String
    }
}

/// Keeps only the unreserved characters of RFC 3986 as they are.
func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            return String(UnicodeScalar(byte))
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
        }
    }.joined()
}
