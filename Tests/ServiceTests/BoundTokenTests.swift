import API
import Crypto
import Foundation
import LocalStack
import TestSupport
import Testing

/// Phones and tills prove their key in every request (RFC 9449).
@Suite struct BoundTokenTests {
    private static let doors: [API.Operation] = [
        .listWallets, .listCoins, .listShops, .listProgrammes,
    ]

    @Test func `the metadata tells what proofs may be signed with`() async throws {
        let phone = try await Cast.shared.resident.phone
        let metadata = try await phone.call(.getServerMetadata).decode(ServerMetadata.self)
        #expect(metadata.dpopSigningAlgValuesSupported == ["ES256", "EdDSA"])
    }

    @Test func `phones and tills get no token without a proof of their key`() async throws {
        let cast = try await Cast.shared
        for device in [cast.resident.phone, cast.shop.till] {
            let bare = TestClient(id: device.id, key: device.key, urls: device.urls)
            let refused = try await bare.requestToken(assertion: bare.assertion())
            #expect(refused.status == 400 && refused.problemType == .invalidDpopProof)
            #expect(refused.problem?.error == "invalid_dpop_proof")
            let issued = try await device.requestToken(assertion: device.assertion())
                .decode(AccessToken.self)
            #expect(issued.tokenType == "DPoP")
            let bound = try SignedToken(issued.accessToken).claims["cnf"] as? [String: String]
            #expect(bound?.keys.sorted() == ["jkt"])
        }
        let thief = P256.Signing.PrivateKey()
        let other = try await askForToken(cast.resident.phone, by: thief)
        #expect(other.problemType == .invalidDpopProof)
    }

    @Test func `software of an organisation may bind its tokens, to any key`() async throws {
        let clerk = try await Cast.shared.community.clerk
        #expect(try await clerk.requestToken(assertion: clerk.assertion()).status == 200)
        let other = TestClient(
            id: clerk.id,
            key: P256.Signing.PrivateKey(),
            urls: clerk.urls,
            provesKey: true
        )
        let issued = try await other.requestToken(assertion: clerk.assertion())
            .decode(AccessToken.self)
        #expect(issued.tokenType == "DPoP")
        #expect(try await other.bare(.listProgrammes, token: issued.accessToken).status == 200)
        let bearer = try await clerk.bare(.listProgrammes, token: issued.accessToken)
        #expect(bearer.status == 401)
    }

    @Test func `a token request needs a nonce, a fresh proof, and spends neither in vain`()
        async throws
    {
        let phone = try await Cast.shared.resident.phone
        _ = try await phone.accessToken(scope: "community:read")
        let assertion = try phone.assertion()
        let url = tokenURL(phone)
        let without = try await ask(phone, assertion) { $0.nonce = nil }
        #expect(without.status == 400 && without.problemType == .useDpopNonce)
        #expect(without.problem?.error == "use_dpop_nonce")
        #expect(without.headers["dpop-nonce"] != nil)
        let elsewhere = try await ask(phone, assertion) { $0.htu = url + "s" }
        #expect(elsewhere.problemType == .invalidDpopProof)
        // None of these used the assertion up.
        let proof = try phone.proof(method: "POST", url: url, token: nil)
        let form = Self.form(assertion)
        let first = try await phone.send(.issueToken, bytes: form, headers: ["DPoP": proof])
        #expect(first.status == 200)
        let again = try await phone.send(
            .issueToken,
            bytes: Self.form(try phone.assertion()),
            headers: ["DPoP": proof]
        )
        #expect(again.problemType == .invalidDpopProof)
    }

    @Test func `every service takes a bound token with its proof, and never as bearer`()
        async throws
    {
        let phone = try await Cast.shared.resident.phone
        let token = try await phone.accessToken()
        for door in Self.doors {
            let taken = try await phone.bare(door, token: token)
            #expect([200, 403].contains(taken.status), "\(door.id)")
            #expect(taken.headers["dpop-nonce"] != nil, "\(door.id)")
            let bearer = try await phone.bare(door, authorization: "Bearer \(token)")
            #expect(bearer.problemType == .unauthorized, "\(door.id)")
            #expect(
                bearer.headers["www-authenticate"]
                    == "DPoP error=\"invalid_token\", algs=\"ES256 EdDSA\"",
                "\(door.id)"
            )
        }
    }

    @Test(arguments: ProofFlaw.allCases)
    func `every service refuses a proof that is for something else`(flaw: ProofFlaw) async throws {
        let phone = try await Cast.shared.resident.phone
        let token = try await phone.accessToken()
        for door in Self.doors {
            let url = phone.address(door)
            let proof = try flaw.proof(of: phone, method: "GET", url: url, token: token)
            var headers = ["Authorization": "DPoP \(token)"]
            headers["DPoP"] = proof
            let answer = try await RawHTTP.send(method: "GET", url: url, headers: headers)
            #expect(answer.status == 401, "\(door.id)")
            #expect(answer.problemType == .unauthorized, "\(door.id)")
            let challenge = answer.headers["www-authenticate"] ?? ""
            #expect(challenge.hasPrefix("DPoP error=\"\(flaw.code)\""), "\(challenge)")
            #expect((answer.headers["dpop-nonce"] == nil) == (proof == nil), "\(door.id)")
        }
    }

    @Test func `a proof is used once, at whichever instance`() async throws {
        let cast = try await Cast.shared
        let phone = cast.resident.phone
        let token = try await phone.accessToken()
        let second = try await SecondInstance.start(
            .wallet,
            of: cast.community.stack,
            programs: TestStack.programs,
            behindOneAddress: true
        )
        let there = try #require(await second.url) + API.Operation.listWallets.path
        let here = phone.address(.listWallets)
        func send(_ proof: String, to url: String) async throws -> Int {
            let headers = ["Authorization": "DPoP \(token)", "DPoP": proof]
            return try await RawHTTP.send(method: "GET", url: url, headers: headers).status
        }
        let proofs = try (0..<3).map { _ in
            try phone.proof(method: "GET", url: here, token: token)
        }
        #expect(try await send(proofs[0], to: here) == 200)
        #expect(try await send(proofs[0], to: here) == 401)
        #expect(try await send(proofs[0], to: there) == 401)
        #expect(try await send(proofs[1], to: there) == 200)
        #expect(try await send(proofs[1], to: here) == 401)
        // Of many at once, one.
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<8 {
                let url = index.isMultiple(of: 2) ? here : there
                group.addTask { try await send(proofs[2], to: url) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200] + [Int](repeating: 401, count: 7))
        await second.stop()
    }

    @Test func `an instance that was killed and started again still refuses a used proof`()
        async throws
    {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let phone = try await community.enrolPerson("Herstart").phone
            let token = try await phone.accessToken()
            let url = phone.address(.listWallets)
            let used = try phone.proof(method: "GET", url: url, token: token)
            let unused = try phone.proof(method: "GET", url: url, token: token)
            func send(_ proof: String) async throws -> Int {
                let headers = ["Authorization": "DPoP \(token)", "DPoP": proof]
                return try await RawHTTP.send(method: "GET", url: url, headers: headers).status
            }
            #expect(try await send(used) == 200)
            let wallet = try #require(await stack.service(.wallet))
            _ = await wallet.kill9()
            try await stack.restart(.wallet)
            #expect(try await send(used) == 401)
            // Nor was its nonce forgotten: the next instance has the same key.
            #expect(try await send(unused) == 200)
        }
    }

    private func tokenURL(_ client: TestClient) -> String {
        client.base(of: .issueToken) + API.Operation.issueToken.path
    }

    private static func form(_ assertion: String) -> Data {
        Data(
            ("grant_type=client_credentials&client_assertion_type="
                + "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                + "&client_assertion=\(assertion)").utf8
        )
    }

    private func ask(
        _ client: TestClient,
        _ assertion: String,
        by key: P256.Signing.PrivateKey? = nil,
        change: (inout ProofClaims) -> Void = { _ in }
    ) async throws -> TestAnswer {
        let proof = try client.proof(
            method: "POST",
            url: tokenURL(client),
            token: nil,
            by: key,
            change: change
        )
        return try await client.send(
            .issueToken,
            bytes: Self.form(assertion),
            headers: ["DPoP": proof]
        )
    }

    private func askForToken(
        _ client: TestClient,
        by key: P256.Signing.PrivateKey
    ) async throws -> TestAnswer {
        _ = try await client.accessToken(scope: "community:read")
        return try await ask(client, client.assertion(), by: key)
    }
}

/// What is wrong with a proof that is good but for that.
enum ProofFlaw: CaseIterable {
    case missing, garbage, method, address, service, token, key, old, future, noNonce, otherNonce

    /// The code of RFC 9449 section 7.1.
    var code: String {
        switch self {
        case .noNonce, .otherNonce: "use_dpop_nonce"
        case .key: "invalid_token"
        default: "invalid_dpop_proof"
        }
    }

    func proof(
        of client: TestClient,
        method: String,
        url: String,
        token: String
    ) throws -> String? {
        func changed(_ change: (inout ProofClaims) -> Void) throws -> String {
            try client.proof(method: method, url: url, token: token, change: change)
        }
        let now = Int(Date().timeIntervalSince1970)
        return switch self {
        case .missing: nil
        case .garbage: "e30.e30.e30"
        case .method: try changed { $0.htm = "POST" }
        case .address: try changed { $0.htu = url + "/more" }
        case .service: try changed { $0.htu = "http://127.0.0.1:1/v1/wallets" }
        case .token: try changed { $0.ath = TestClient.base64URL(Data(repeating: 0, count: 32)) }
        case .key:
            try client.proof(method: method, url: url, token: token, by: P256.Signing.PrivateKey())
        case .old: try changed { $0.iat = now - 120 }
        case .future: try changed { $0.iat = now + 120 }
        case .noNonce: try changed { $0.nonce = nil }
        case .otherNonce: try changed { $0.nonce = String(repeating: "A", count: 32) }
        }
    }
}
