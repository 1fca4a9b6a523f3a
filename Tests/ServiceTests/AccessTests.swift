import API
import Crypto
import Foundation
import LocalStack
import TestSupport
import Testing

@Suite struct AccessTests {
    @Test func `no operation with a scope answers without a token`() async throws {
        let cast = try await Cast.shared
        for operation in Cast.guarded {
            let answer = try await cast.resident.phone.bare(operation, authorization: nil)
            #expect(answer.status == 401, "\(operation.id)")
            #expect(answer.problemType == .unauthorized, "\(operation.id)")
            // RFC 6750 section 3.1: no error code for who sent nothing.
            #expect(answer.headers["www-authenticate"] == "Bearer", "\(operation.id)")
        }
    }

    @Test func `no operation takes garbage for a token`() async throws {
        let cast = try await Cast.shared
        for operation in Cast.guarded {
            let answer = try await cast.resident.phone.bare(
                operation,
                authorization: "Bearer garbage"
            )
            #expect(answer.status == 401, "\(operation.id)")
            #expect(
                answer.headers["www-authenticate"] == "Bearer error=\"invalid_token\"",
                "\(operation.id)"
            )
        }
    }

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

    @Test func `who lacks the scope is told so before anything else`() async throws {
        let cast = try await Cast.shared
        for operation in Cast.guarded {
            let token = try await cast.insufficientToken(operation)
            // No body, no key, an object that does not exist: none of it may answer first.
            let answer = try await cast.resident.phone.bare(
                operation,
                authorization: "Bearer \(token)"
            )
            #expect(answer.status == 403, "\(operation.id)")
            #expect(answer.problemType == .insufficientScope, "\(operation.id)")
            let challenge = answer.headers["www-authenticate"] ?? ""
            #expect(challenge.contains("error=\"insufficient_scope\""), "\(operation.id)")
            if case .anyOf(let scopes) = operation.access {
                #expect(scopes.allSatisfy { challenge.contains($0.rawValue) }, "\(operation.id)")
            }
        }
    }

    @Test func `every role reaches its own operations and no other`() async throws {
        let cast = try await Cast.shared
        for (role, client) in cast.clients {
            let token = try await client.accessToken()
            for operation in Cast.guarded where operation.produces != MediaType.events {
                guard case .anyOf(let scopes) = operation.access else { continue }
                let answer = try await client.bare(operation, authorization: "Bearer \(token)")
                let may = scopes.contains(where: role.scopes.contains)
                // What the role may do stops at the missing body, key or object instead.
                #expect(
                    may ? ![401, 403].contains(answer.status) : answer.status == 403,
                    "\(role) \(operation.id) \(answer.status)"
                )
                #expect(answer.status < 500, "\(role) \(operation.id)")
            }
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
    }

    @Test func `only the issuer's own signature counts`() async throws {
        let cast = try await Cast.shared
        let real = try SignedToken(await cast.resident.phone.accessToken())
        let stranger = P256.Signing.PrivateKey()
        let x963 = try issuerKey(cast).publicKey.x963Representation
        let text = real.signingInput(alg: "HS256")
        let mac = HMAC<SHA256>.authenticationCode(
            for: Data(text.utf8),
            using: SymmetricKey(data: x963)
        )
        let widened = real.with("scope", "wallet:read programmes:read community:read")
        let forgeries = [
            try real.signed(by: stranger), try real.with("kid", nil).signed(by: stranger),
            real.signingInput(alg: "none") + ".",
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
        let key = try issuerKey(cast)
        let now = Int(Date().timeIntervalSince1970)
        // That a token made here is taken at all is what makes the refusals below mean something.
        let good = try real.with("jti", UUID().uuidString).signed(by: key)
        let taken = try await cast.resident.phone.bare(
            .listWallets,
            authorization: "Bearer \(good)"
        )
        #expect(taken.status == 200)
        let bad: [(String, Any?)] = [
            ("exp", now - 1), ("exp", nil), ("exp", "tomorrow"), ("iss", "https://else.example"),
            ("iss", nil), ("aud", ["elsewhere"]), ("aud", nil), ("sub", "me"), ("sub", nil),
            ("client_id", nil), ("client_id", "'; DROP TABLE"),
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

    private func issuerKey(_ cast: Cast) throws -> P256.Signing.PrivateKey {
        let file = "\(cast.community.stack.directory.secrets)/signing-key.pem"
        return try P256.Signing.PrivateKey(
            pemRepresentation: String(contentsOf: URL(filePath: file), encoding: .utf8)
        )
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

/// A token taken apart, to be put together wrongly.
private struct SignedToken {
    private var header: [String: Any]
    private var claims: [String: Any]
    let signature: String

    init(_ text: String) throws {
        let parts = text.split(separator: ".").map(String.init)
        func members(_ part: String) throws -> [String: Any] {
            let padded = part.replacing("-", with: "+").replacing("_", with: "/")
            let full = padded + String(repeating: "=", count: (4 - part.count % 4) % 4)
            let data = try #require(Data(base64Encoded: full))
            return try #require(
                JSONSerialization.jsonObject(with: data) as? [String: Any]
            )
        }
        header = try members(parts[0])
        claims = try members(parts[1])
        signature = parts[2]
    }

    /// The same with one member changed or, for `nil`, left out; `kid` is one of the header.
    func with(_ name: String, _ value: Any?) -> SignedToken {
        var changed = self
        if name == "kid" { changed.header[name] = value } else { changed.claims[name] = value }
        return changed
    }

    func signingInput(alg: String) -> String {
        var header = header
        header["alg"] = alg
        return [header, claims].map {
            // Only text and numbers, which always encode.
            let data = (try? JSONSerialization.data(withJSONObject: $0)) ?? Data()
            return TestClient.base64URL(data)
        }.joined(separator: ".")
    }

    func signed(by key: P256.Signing.PrivateKey) throws -> String {
        let text = signingInput(alg: "ES256")
        let signature = try key.signature(for: Data(text.utf8)).rawRepresentation
        return text + "." + TestClient.base64URL(signature)
    }
}
