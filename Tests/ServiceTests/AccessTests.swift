import API
import Crypto
import Foundation
import LocalStack
import TestSupport
import Testing

/// Tokens in other forms than they should have; who may call what is in `RoleMatrixTests`.
@Suite struct AccessTests {
    @Test(arguments: [
        "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer a.b.c", "Bearer ..", "Bearer a b",
        "bearer e30.e30.e30", "DPoP x", "Bearer \(String(repeating: "A", count: 5000))",
    ])
    func `an Authorization of another form is refused`(text: String) async throws {
        let cast = try await Cast.shared
        for operation in [API.Operation.listWallets, .listCoins, .listShops, .listProgrammes] {
            let answer = try await cast.resident.phone.bare(operation, authorization: text)
            #expect(answer.problemType == .unauthorized, "\(operation.id)")
        }
    }

    @Test func `a token with fewer scopes does less`() async throws {
        let cast = try await Cast.shared
        let clerk = cast.community.clerk
        let token = try await clerk.accessToken(scope: "programmes:read")
        let read = try await clerk.bare(.listProgrammes, authorization: "Bearer \(token)")
        let write = try await clerk.bare(.createProgramme, authorization: "Bearer \(token)")
        #expect(read.status == 200)
        #expect(write.status == 403)
        // What every role may do is kept from a token that asked for less.
        let phone = cast.resident.phone
        let narrow = try await phone.accessToken(scope: Scope.walletRead.rawValue)
        let community = try await phone.bare(.getCommunity, token: narrow)
        #expect(community.problemType == .insufficientScope)
    }

    @Test func `only the issuer's own signature counts`() async throws {
        let cast = try await Cast.shared
        let real = try SignedToken(await cast.resident.phone.accessToken())
        let stranger = P256.Signing.PrivateKey()
        let x963 = try SignedToken.issuerKey(of: cast.community).publicKey.x963Representation
        let text = real.signingInput(alg: "HS256")
        let mac = HMAC<SHA256>.authenticationCode(
            for: Data(text.utf8),
            using: SymmetricKey(data: x963)
        )
        let widened = real.with("scope", "wallet:read programmes:read community:read")
        let forgeries = [
            try real.with("kid", nil).signed(by: stranger),
            real.signingInput(alg: "none") + "." + real.signature,
            text + "." + TestClient.base64URL(Data(mac)),
            widened.signingInput(alg: "ES256") + "." + real.signature,
            real.signingInput(alg: "ES256") + ".",
            real.signingInput(alg: "ES256") + "." + String(repeating: "A", count: 86),
        ]
        for (index, forgery) in forgeries.enumerated() {
            try await expectUnauthorized(forgery, "forgery \(index)")
        }
    }

    @Test func `a token of the issuer counts for its audience and time only`() async throws {
        let cast = try await Cast.shared
        let real = try SignedToken(await cast.resident.phone.accessToken())
        let key = try SignedToken.issuerKey(of: cast.community)
        // That a token made here is taken at all is what makes the refusals below mean something.
        let good = try real.with("jti", UUID().uuidString).signed(by: key)
        let taken = try await cast.resident.phone.bare(
            .listWallets,
            token: good
        )
        #expect(taken.status == 200)
        let bad: [(String, Any?)] = [
            ("exp", nil), ("exp", "tomorrow"), ("iss", "https://else.example"), ("iss", nil),
            ("aud", nil), ("sub", "me"), ("sub", nil), ("client_id", nil),
            ("client_id", "'; DROP TABLE"),
        ]
        for (name, value) in bad {
            try await expectUnauthorized(
                real.with(name, value).signed(by: key),
                "\(name) \(value ?? "absent")"
            )
        }
    }

    @Test func `a client assertion is no access token`() async throws {
        let cast = try await Cast.shared
        try await expectUnauthorized(cast.resident.phone.assertion(), "assertion")
    }

    @Test func `a token in the address or the body is not looked at`() async throws {
        let cast = try await Cast.shared
        let token = try await cast.resident.phone.accessToken()
        let address = cast.resident.phone.address(.listWallets)
        let answer = try await RawHTTP.send(
            method: "GET",
            url: "\(address)?access_token=\(token)"
        )
        #expect(answer.status == 401)
    }

    @Test func `anonymous operations never fault`() async throws {
        let cast = try await Cast.shared
        for service in cast.resident.phone.urls.values {
            for operation in Cast.operations where operation.access == .anonymous {
                let answer = try await RawHTTP.send(
                    method: operation.method.rawValue,
                    url: service + operation.path
                )
                #expect(answer.status < 500, "\(operation.id)")
                let other = try await RawHTTP.send(
                    method: operation.method.rawValue,
                    url: service + operation.path,
                    headers: ["Authorization": "Bearer garbage"]
                )
                #expect(other.status == answer.status, "\(operation.id)")
            }
        }
    }

    /// Every service refuses the token with 401.
    private func expectUnauthorized(_ token: String, _ what: String) async throws {
        let phone = try await Cast.shared.resident.phone
        for operation in [API.Operation.listWallets, .listCoins, .listShops, .listProgrammes] {
            let answer = try await phone.bare(operation, authorization: "Bearer \(token)")
            #expect(answer.status == 401, "\(what) at \(operation.id)")
            #expect(
                answer.headers["www-authenticate"] == "Bearer error=\"invalid_token\"",
                "\(what) at \(operation.id)"
            )
        }
    }
}
