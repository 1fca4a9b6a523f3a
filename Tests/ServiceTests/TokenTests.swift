import API
import Crypto
import Foundation
import LocalStack
import TestSupport
import Testing

@Suite struct TokenTests {
    @Test func `the metadata names what there is`() async throws {
        let client = try await Cast.shared.community.clerk
        let metadata = try await client.call(.getServerMetadata).decode(ServerMetadata.self)
        let base = try #require(client.urls[.accounts])
        #expect(metadata.issuer == base)
        #expect(metadata.tokenEndpoint == "\(base)/v1/token")
        #expect(metadata.jwksUri == "\(base)/v1/jwks")
        #expect(metadata.tokenEndpointAuthMethodsSupported == ["private_key_jwt"])
        #expect(metadata.tokenEndpointAuthSigningAlgValuesSupported == ["ES256", "EdDSA", "RS256"])
        #expect(Set(metadata.scopesSupported) == Set(Scope.allCases.map(\.rawValue)))
    }

    @Test func `the key set has public halves only, and verifies tokens`() async throws {
        let client = try await Cast.shared.community.clerk
        let answer = try await client.call(.getKeySet)
        let keys = try answer.decode(KeySet.self).keys
        #expect(keys.allSatisfy { $0.alg == "ES256" && $0.use == "sig" && $0.crv == "P-256" })
        #expect(Set(keys.map(\.kid)).count == keys.count && !keys.isEmpty)
        #expect(!answer.text.contains("\"d\""))
        let token = try await client.accessToken().split(separator: ".").map(String.init)
        let key = try P256.Signing.PublicKey(
            rawRepresentation: try bytes(keys[0].x) + bytes(keys[0].y)
        )
        let signature = try P256.Signing.ECDSASignature(
            rawRepresentation: bytes(token[2])
        )
        #expect(key.isValidSignature(signature, for: Data("\(token[0]).\(token[1])".utf8)))
    }

    @Test func `a token lives ten minutes and says who and what`() async throws {
        let cast = try await Cast.shared
        let clerk = cast.community.clerk
        let answer = try await clerk.requestToken(assertion: clerk.assertion())
        let token = try answer.decode(AccessToken.self)
        #expect(token.tokenType == "Bearer" && token.expiresIn == 600)
        #expect(answer.headers["cache-control"] == "no-store")
        let part = try #require(token.accessToken.split(separator: ".").dropFirst().first)
        let claims = try #require(
            JSONSerialization.jsonObject(with: bytes(String(part))) as? [String: Any]
        )
        #expect(claims["iss"] as? String == clerk.urls[.accounts])
        #expect(claims["client_id"] as? String == clerk.id.description)
        #expect(claims["community"] as? String == cast.community.id.description)
        #expect(claims["roles"] as? [String] == [Role.benefitsClerk.rawValue])
        #expect(claims["scope"] as? String == token.scope)
        let times = ["iat", "exp"].map { claims[$0] as? Int ?? 0 }
        #expect(times[1] - times[0] == 600)
        // 128 bits (NL GOV OAuth profile) take 22 characters.
        #expect((claims["jti"] as? String)?.count == 22)
    }

    @Test(arguments: [
        "audience", "expired", "too far", "no jti", "empty jti", "long jti", "issued later",
        "subject", "unknown", "wrong key", "alg none", "HS256", "garbage", "empty",
    ])
    func `an assertion that proves nothing gets no token`(flaw: String) async throws {
        let clerk = try await Cast.shared.community.clerk
        let now = Int(Date().timeIntervalSince1970)
        let good = try clerk.assertion()
        let parts = good.split(separator: ".").map(String.init)
        func header(_ alg: String) -> String {
            TestClient.base64URL(Data(#"{"alg":"\#(alg)"}"#.utf8))
        }
        let assertion =
            switch flaw {
            case "audience": try clerk.assertion { $0.aud = "https://else.example" }
            case "expired": try clerk.assertion { $0.exp = now - 120 }
            case "too far": try clerk.assertion { $0.exp = now + 3700 }
            case "no jti": try clerk.sign(WithoutID(claims: clerk, now: now))
            case "empty jti": try clerk.assertion { $0.jti = "" }
            case "long jti": try clerk.assertion { $0.jti = String(repeating: "j", count: 129) }
            case "issued later": try clerk.assertion { $0.iat = now + 3600 }
            case "subject": try clerk.assertion { $0.sub = UUID().uuidString.lowercased() }
            case "unknown":
                try clerk.assertion {
                    $0.sub = UUID().uuidString.lowercased()
                    $0.iss = $0.sub
                }
            case "wrong key":
                try TestClient(id: clerk.id, key: P256.Signing.PrivateKey(), urls: clerk.urls)
                    .assertion()
            case "alg none": "\(header("none")).\(parts[1])."
            case "HS256": "\(header("HS256")).\(parts[1]).\(parts[2])"
            case "garbage": "garbage"
            default: ""
            }
        let answer = try await clerk.requestToken(assertion: assertion)
        #expect(answer.status == 401)
        #expect(answer.problemType == .invalidClient)
        #expect(answer.problem?.error == "invalid_client")
        #expect(answer.headers["www-authenticate"] != nil)
    }

    @Test func `an assertion is used once`() async throws {
        let clerk = try await Cast.shared.community.clerk
        let assertion = try clerk.assertion()
        #expect(try await clerk.requestToken(assertion: assertion).status == 200)
        #expect(
            try await clerk.requestToken(assertion: assertion).problemType == .invalidClient
        )
        let other = try clerk.assertion()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 {
                group.addTask { try await clerk.requestToken(assertion: other).status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200, 401, 401, 401, 401])
    }

    @Test func `a revoked client gets no token`() async throws {
        let community = try await Cast.shared.community
        let client = try await community.administrator.register(
            "Weg",
            [.auditor],
            of: community.institution
        )
        #expect(try await client.requestToken(assertion: client.assertion()).status == 200)
        let path = ["clientId": "\(client.id)"]
        let reason = ClientRevocation(reason: "uit dienst")
        let revoked = try await community.administrator.call(.revokeClient, path, body: reason)
            .decode(Client.self)
        #expect(revoked.state == .revoked)
        #expect(
            try await client.requestToken(assertion: client.assertion()).problemType
                == .invalidClient
        )
        #expect(
            try await community.administrator.call(.revokeClient, path, body: reason).problemType
                == .clientNotActive
        )
    }

    @Test func `the granted scope is what was asked for and the roles allow`() async throws {
        let clerk = try await Cast.shared.community.clerk
        func granted(_ scope: String?) async throws -> TestAnswer {
            try await clerk.requestToken(assertion: clerk.assertion(), scope: scope)
        }
        func scopes(_ answer: TestAnswer) throws -> Set<String> {
            Set(try answer.decode(AccessToken.self).scope.split(separator: " ").map(String.init))
        }
        let all = Set(Role.benefitsClerk.scopes.map(\.rawValue))
        #expect(try scopes(await granted(nil)) == all)
        #expect(try scopes(await granted("batches:read")) == ["batches:read"])
        #expect(
            try scopes(await granted("batches:read batches:approve")) == ["batches:read"]
        )
        for none in ["batches:approve", "no:such", "batches:read no:such", "BATCHES:READ"] {
            let refused = try await granted(none)
            #expect(refused.status == 400 && refused.problemType == .invalidScope, "\(none)")
            #expect(refused.problem?.error == "invalid_scope")
        }
    }

    @Test func `another grant type, a doubled field and other forms are refused`() async throws {
        let clerk = try await Cast.shared.community.clerk
        let assertion = try clerk.assertion()
        let proof =
            "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3A"
            + "jwt-bearer&client_assertion=\(assertion)"
        let cases: [(String, ProblemType, String)] = [
            ("grant_type=password&\(proof)", .unsupportedGrantType, "unsupported_grant_type"),
            (proof, .invalidRequest, "invalid_request"), ("", .invalidRequest, "invalid_request"),
            (
                "grant_type=client_credentials&grant_type=client_credentials&\(proof)",
                .invalidRequest, "invalid_request"
            ),
            ("grant_type=%zz&\(proof)", .invalidRequest, "invalid_request"),
            ("grant_type=client_credentials", .invalidClient, "invalid_client"),
            (
                "grant_type=client_credentials&client_id=\(clerk.id)&client_secret=x",
                .invalidClient, "invalid_client"
            ),
            (
                "grant_type=client_credentials&\(proof)&client_id=\(UUID())", .invalidClient,
                "invalid_client"
            ),
            (
                "grant_type=client_credentials&\(proof)&x=\(String(repeating: "x", count: 20_000))",
                .payloadTooLarge, "invalid_request"
            ),
        ]
        for (form, type, error) in cases {
            let answer = try await clerk.send(.issueToken, bytes: Data(form.utf8))
            #expect(answer.problemType == type, "\(form.prefix(60))")
            #expect(answer.problem?.error == error, "\(form.prefix(60))")
            #expect(answer.problem?.errorDescription?.isEmpty == false, "\(form.prefix(60))")
        }
        // None of these used the assertion up.
        #expect(try await clerk.requestToken(assertion: assertion).status == 200)
        let json = try await clerk.send(
            .issueToken,
            bytes: Data(#"{"grant_type":"client_credentials"}"#.utf8),
            headers: ["Content-Type": "application/json"]
        )
        #expect(json.status == 415 && json.problemType == .unsupportedMediaType)
        #expect(json.problem?.error == "invalid_request")
    }

    private func bytes(_ text: String) throws -> Data {
        let padded = text.replacing("-", with: "+").replacing("_", with: "/")
        return try #require(
            Data(base64Encoded: padded + String(repeating: "=", count: (4 - text.count % 4) % 4))
        )
    }
}

/// The claims of an assertion but for `jti`.
private struct WithoutID: Encodable {
    let iss, sub, aud: String
    let iat, exp: Int

    init(claims client: TestClient, now: Int) {
        iss = client.id.description
        sub = iss
        aud = client.urls[.accounts] ?? ""
        iat = now
        exp = now + 60
    }
}
