package import API
package import Crypto
package import Foundation
package import LocalStack
import Synchronization

/// One party that calls the services over HTTP, with its own key.
package final class TestClient: Sendable {
    package let id: Identifier
    package let key: P256.Signing.PrivateKey
    package let urls: [ServiceName: String]
    /// Under which the client acts for somebody else.
    package let mandate: Identifier?
    /// Whether its tokens are bound to its key, as those of phones and tills are.
    package let provesKey: Bool
    /// Whether clients come back when a service that has too much to do, or no database, says when to
    /// (503 with `Retry-After`), as software of a bank or a shop does. Off where that answer is the
    /// matter of a test.
    @TaskLocal package static var comesBack = true
    private static let patience: Duration = .seconds(180)

    /// What the services last wanted to see in a proof.
    let nonce = Mutex<String?>(nil)
    private let token = Mutex<(text: String, until: Date)?>(nil)

    package init(
        id: Identifier,
        key: P256.Signing.PrivateKey,
        urls: [ServiceName: String],
        mandate: Identifier? = nil,
        provesKey: Bool = false
    ) {
        self.id = id
        self.key = key
        self.urls = urls
        self.mandate = mandate
        self.provesKey = provesKey
    }

    /// The same client, acting for somebody else.
    package func acting(under mandate: Identifier) -> TestClient {
        TestClient(id: id, key: key, urls: urls, mandate: mandate, provesKey: provesKey)
    }

    /// The same client towards services at other addresses.
    package func at(_ urls: [ServiceName: String]) -> TestClient {
        let other = TestClient(
            id: id,
            key: key,
            urls: urls,
            mandate: mandate,
            provesKey: provesKey
        )
        other.nonce.withLock { $0 = nonce.withLock { $0 } }
        return other
    }

    /// The operator of a stack.
    package static func operatorClient(of stack: LocalStack) async throws -> TestClient {
        let pem = try String(
            contentsOf: URL(filePath: stack.directory.operatorKeyFile),
            encoding: .utf8
        )
        return TestClient(
            id: "00000000-0000-7000-8000-000000000001",
            key: try P256.Signing.PrivateKey(pemRepresentation: pem),
            urls: await stack.urls
        )
    }

    /// A key pair as the API takes it.
    package static func publicJWK(of key: P256.Signing.PrivateKey) -> EcPublicJwk {
        let point = key.publicKey.rawRepresentation
        return EcPublicJwk(
            x: base64URL(point.prefix(32)),
            y: base64URL(point.suffix(32))
        )
    }

    /// Calls an operation with a token of this client.
    @discardableResult
    package func call(
        _ operation: API.Operation,
        _ path: [String: String] = [:],
        query: String = "",
        body: (any Encodable & Sendable)? = nil,
        key idempotencyKey: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> TestAnswer {
        let encoder = JSONEncoder()
        // A retry has the same bytes, or it is another request under its key.
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return try await send(
            operation,
            path,
            query: query,
            bytes: try body.map { try encoder.encode($0) },
            key: idempotencyKey,
            headers: headers
        )
    }

    /// The same with bytes as they are; `authorization` replaces the usual header and proves nothing.
    /// Asked again it is the same request, under the same key.
    /// Throws `BrokenPromise` when the answer is none that the operation's document describes.
    package func send(
        _ operation: API.Operation,
        _ path: [String: String] = [:],
        query: String = "",
        bytes: Data? = nil,
        key idempotencyKey: String? = nil,
        headers: [String: String] = [:],
        authorization: String? = nil
    ) async throws -> TestAnswer {
        var address = operation.path
        for (name, value) in path { address = address.replacing("{\(name)}", with: value) }
        var all = headers
        if let authorization, operation.access != .anonymous {
            all["Authorization"] = authorization
        }
        if operation.idempotent, all["Idempotency-Key"] == nil {
            all["Idempotency-Key"] = idempotencyKey ?? UUID().uuidString
        }
        if bytes != nil, all["Content-Type"] == nil {
            all["Content-Type"] = operation.body.mediaType ?? MediaType.json
        }
        let suffix = query.isEmpty ? "" : "?\(query)"
        let (method, url) = (operation.method.rawValue, base(of: operation) + address + suffix)
        all = all.filter { !$0.value.isEmpty }
        let deadline = ContinuousClock.now + Self.patience
        while true {
            let answer =
                if authorization == nil, operation.access != .anonymous {
                    try await present(
                        accessToken(),
                        method: method,
                        url: url,
                        headers: all,
                        body: bytes
                    )
                } else {
                    try await RawHTTP.send(method: method, url: url, headers: all, body: bytes)
                }
            try AnswerContract.of(operation).judge(answer)
            guard Self.comesBack, ContinuousClock.now < deadline, let pause = answer.comeBackIn
            else { return answer }
            try await Task.sleep(for: .seconds(pause))
        }
    }

    /// The base address of the service that has an operation.
    package func base(of operation: API.Operation) -> String {
        let lists: [(ServiceName, [API.Operation])] = [
            (.wallet, WalletOperations.all), (.merchant, MerchantOperations.all),
            (.disbursement, DisbursementOperations.all), (.accounts, AccountsOperations.all),
        ]
        let owner = lists.first { $0.1.contains(operation) }?.0 ?? .accounts
        return urls[owner] ?? ""
    }

    /// A token, from memory for four minutes.
    package func accessToken(scope: String? = nil) async throws -> String {
        if scope == nil, let known = token.withLock({ $0 }), known.until > Date() {
            return known.text
        }
        let answer = try await requestToken(assertion: assertion(), scope: scope)
        let issued = try answer.decode(AccessToken.self)
        if scope == nil {
            let until = Date().addingTimeInterval(Double(min(240, issued.expiresIn)))
            token.withLock { $0 = (issued.accessToken, until) }
        }
        return issued.accessToken
    }

    /// Uses a token that was got in another way, for four minutes.
    package func hold(_ text: String) {
        token.withLock { $0 = (text, Date().addingTimeInterval(240)) }
    }

    /// Asks for a token with any assertion.
    package func requestToken(assertion: String, scope: String? = nil) async throws -> TestAnswer {
        var form =
            "grant_type=client_credentials&client_assertion_type="
            + "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            + "&client_assertion=\(assertion)"
        if let mandate { form += "&mandate=\(mandate)" }
        if let scope { form += "&scope=\(scope.replacing(" ", with: "%20"))" }
        return try await requestToken(form: Data(form.utf8))
    }

    /// Asks for a token with any form, bound to the key where that is this client's way.
    package func requestToken(form body: Data) async throws -> TestAnswer {
        guard provesKey else { return try await send(.issueToken, bytes: body) }
        let url = base(of: .issueToken) + API.Operation.issueToken.path
        return try await proving(nil, method: "POST", url: url) {
            try await self.send(.issueToken, bytes: body, headers: $0)
        }
    }

    /// A client assertion (RFC 7523) of this client; members can be changed to make a bad one.
    package func assertion(_ change: (inout AssertionClaims) -> Void = { _ in }) throws -> String {
        var claims = AssertionClaims(
            iss: id.description,
            sub: id.description,
            aud: urls[.accounts] ?? "",
            iat: Int(Date().timeIntervalSince1970),
            exp: Int(Date().timeIntervalSince1970) + 60,
            jti: UUID().uuidString
        )
        change(&claims)
        return try sign(claims)
    }

    /// A compact JWS (ES256) over any payload, by this client's key.
    package func sign(_ payload: some Encodable) throws -> String {
        let header = #"{"alg":"ES256","kid":"\#(id)"}"#
        let encoder = JSONEncoder()
        let text =
            Self.base64URL(Data(header.utf8)) + "."
            + Self.base64URL(try encoder.encode(payload))
        let signature = try key.signature(for: Data(text.utf8)).rawRepresentation
        return text + "." + Self.base64URL(signature)
    }

    /// Base64url without padding.
    package static func base64URL(_ data: some DataProtocol) -> String {
        Data(data).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}

/// The claims of a client assertion.
package struct AssertionClaims: Encodable {
    package var iss, sub, aud: String
    package var iat, exp: Int
    package var jti: String
}
