import API
import Crypto
import Foundation
import LocalStack
import TestSupport
import Testing

/// Officials who log in with a token of their municipality's own identity provider.
@Suite struct IdentityProviderTests {
    @Test func `officials log in with what they have, and four eyes are two of them`()
        async throws
    {
        let hall = try await TownHall.open()
        let programme = try await hall.community.fundedProgramme("100.00")
        let both = ["klerken", "fiatteurs"]
        let first = try await hall.logIn("a.jansen", groups: both)
        let second = try await hall.logIn("b.bakker", groups: both)
        #expect(first.id != second.id)
        let xml = TestPaymentFile.xml([TestCredit("A", TestIBAN.number(41), "10.00")])
        let batch = try await first.send(
            .submitBatch,
            ["programmeId": "\(programme.id)"],
            bytes: Data(xml.utf8)
        ).decode(Batch.self)
        let path = ["batchId": "\(batch.id)"]
        let own = try await first.call(.approveBatch, path, body: BatchApproval())
        #expect(own.problemType == .secondPersonRequired)
        // Nor by logging in once more: one subject is one client.
        let again = try await hall.logIn("a.jansen", groups: both)
        #expect(again.id == first.id)
        let still = try await again.call(.approveBatch, path, body: BatchApproval())
        #expect(still.problemType == .secondPersonRequired)
        let other = try await second.call(.approveBatch, path, body: BatchApproval())
        #expect(other.status == 200 || other.status == 202, "\(other.text)")
        await hall.close()
    }

    @Test func `an official has the roles that are configured for the claim, and no others`()
        async throws
    {
        let hall = try await TownHall.open()
        let clerk = try hall.assertion("c.clerk") {
            $0["groups"] = ["klerken", "operator", "community-administrator"]
            $0["roles"] = ["community-administrator"]
            $0["scope"] = "clients:manage"
            $0["name"] = "C. Clerk"
        }
        let token = try await hall.exchange(clerk).decode(AccessToken.self)
        let claims = try SignedToken(token.accessToken).claims
        #expect(claims["roles"] as? [String] == ["benefits-clerk"])
        #expect(claims["community"] as? String == "\(hall.community.id)")
        #expect(claims["sub"] as? String == "\(hall.community.institution)")
        #expect(
            Set(token.scope.split(separator: " "))
                == Set(
                    Role.benefitsClerk.scopes.map {
                        Substring($0.rawValue)
                    }
                )
        )
        for nothing: Any? in [nil, [], "niets", 7, ["klerk", "KLERKEN"], ["klerken": true]] {
            let refused = try await hall.exchange(
                hall.assertion("d.nobody") { $0["groups"] = nothing }
            )
            #expect(refused.problemType == .invalidGrant)
            #expect(refused.status == 400 && refused.problem?.error == "invalid_grant")
        }
        // The clerk is promoted, and is shown so.
        _ = try await hall.logIn("c.clerk", groups: ["fiatteurs"])
        let shown = try await hall.client(named: "c.clerk")
        #expect(shown.kind == .official && shown.roles == [.benefitsApprover])
        await hall.close()
    }

    @Test(arguments: AssertionFlaw.allCases)
    func `an assertion that is not the provider's, for us and of now lets nobody in`(
        flaw: AssertionFlaw
    ) async throws {
        let hall = try await TownHall.shared
        let refused = try await hall.exchange(flaw.assertion(of: hall))
        #expect(refused.status == 400, "\(refused.text)")
        #expect(refused.problemType == .invalidGrant)
        #expect(refused.problem?.error == "invalid_grant")
    }

    @Test func `an assertion is good for one login, however its signature is spelled`()
        async throws
    {
        let hall = try await TownHall.shared
        let assertion = try hall.assertion("e.once")
        #expect(try await hall.exchange(assertion).status == 200)
        #expect(try await hall.exchange(assertion).problemType == .invalidGrant)
        let respelled = try Self.otherSignature(assertion)
        #expect(respelled != assertion)
        #expect(try await hall.exchange(respelled).problemType == .invalidGrant)
        // Many at once are one login, and one client.
        let other = try hall.assertion("e.many")
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 { group.addTask { try await hall.exchange(other).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200, 400, 400, 400, 400])
    }

    @Test func `two first logins at once are one client`() async throws {
        let hall = try await TownHall.shared
        let ids = try await withThrowingTaskGroup(of: Identifier.self) { group in
            for _ in 0..<4 { group.addTask { try await hall.logIn("f.twice").id } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
    }

    @Test func `a revoked official is out within seconds, and stays out`() async throws {
        let hall = try await TownHall.open()
        let official = try await hall.logIn("g.gone")
        #expect(try await official.call(.listProgrammes).status == 200)
        let revoked = try await hall.community.administrator.call(
            .revokeClient,
            ["clientId": "\(official.id)"],
            body: ClientRevocation(reason: "uit dienst")
        )
        #expect(revoked.status == 201, "\(revoked.text)")
        _ = try await eventually("the token is refused") {
            try await official.call(.listProgrammes).status == 401 ? true : nil
        }
        let again = try await hall.exchange(hall.assertion("g.gone"))
        #expect(again.problemType == .invalidGrant)
        await hall.close()
    }

    @Test func `an official has no key here to get tokens with`() async throws {
        let hall = try await TownHall.shared
        let official = try await hall.logIn("h.key")
        let refused = try await official.requestToken(assertion: official.assertion())
        #expect(refused.status == 401 && refused.problemType == .invalidClient)
    }

    @Test func `an official's token can be bound to a key`() async throws {
        let hall = try await TownHall.shared
        let desk = TestClient(
            id: hall.community.clerk.id,
            key: P256.Signing.PrivateKey(),
            urls: hall.urls,
            provesKey: true
        )
        let token = try await desk.logIn(assertion: hall.assertion("i.bound"))
            .decode(AccessToken.self)
        #expect(token.tokenType == "DPoP")
        #expect(try await desk.bare(.listProgrammes, token: token.accessToken).status == 200)
        let bearer = "Bearer \(token.accessToken)"
        #expect(try await desk.bare(.listProgrammes, authorization: bearer).status == 401)
    }

    @Test func `the provider changes its keys without anybody here`() async throws {
        let hall = try await TownHall.open()
        #expect(try await hall.exchange(hall.assertion("j.old")).status == 200)
        let next = TownHall.Key(try SoftwareKey(.rsa2048), id: "next")
        try hall.publish([next])
        #expect(try await hall.exchange(hall.assertion("j.new", key: next)).status == 200)
        let withdrawn = try await hall.exchange(hall.assertion("j.old"))
        #expect(withdrawn.problemType == .invalidGrant)
        await hall.close()
    }

    @Test func `the metadata tells of the grant where a provider is trusted`() async throws {
        let hall = try await TownHall.shared
        let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        let trusting = try await hall.desk.call(.getServerMetadata).decode(ServerMetadata.self)
        #expect(trusting.grantTypesSupported == ["client_credentials", grant])
        let clerk = hall.community.clerk
        let plain = try await clerk.call(.getServerMetadata).decode(ServerMetadata.self)
        #expect(plain.grantTypesSupported == ["client_credentials"])
        let refused = try await clerk.logIn(assertion: hall.assertion("k.elsewhere"))
        #expect(refused.problemType == .unsupportedGrantType)
    }

    @Test(arguments: ProviderMistake.allCases)
    func `providers that cannot be trusted stop the start with a reason`(
        mistake: ProviderMistake
    ) async throws {
        let hall = try await TownHall.shared
        let error = await #expect(throws: LocalStackError.self) {
            try await hall.start(mistake.settings(of: hall))
        }
        #expect(error?.description.contains(mistake.reason) == true, "\(error?.description ?? "")")
    }

    /// The same signature with the other of its two values for `s`: n − s.
    private static func otherSignature(_ token: String) throws -> String {
        let parts = token.split(separator: ".").map(String.init)
        // 64 bytes, that is 86 characters and no padding but two signs.
        let text = parts[2].replacing("-", with: "+").replacing("_", with: "/") + "=="
        let signature = [UInt8](try #require(Data(base64Encoded: text)))
        let order: [UInt8] = [
            0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2,
            0xFC, 0x63, 0x25, 0x51,
        ]
        var other = [UInt8](repeating: 0, count: 32)
        var borrow = 0
        for index in (0..<32).reversed() {
            let difference = Int(order[index]) - Int(signature[32 + index]) - borrow
            borrow = difference < 0 ? 1 : 0
            other[index] = UInt8(truncatingIfNeeded: difference)
        }
        return parts[0] + "." + parts[1] + "."
            + TestClient.base64URL(Data(signature.prefix(32) + other))
    }
}
