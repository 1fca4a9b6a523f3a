import API
import Crypto
import Foundation
import TestSupport
import Testing

/// Verdicts that somebody keeps, and the words for their reasons.
@Suite struct SignedVerdictTests {
    @Test func `the verdict of a payment is signed for its merchant and its payer`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("1.00")
        let path = ["paymentId": "\(payment.id)"]
        #expect(try await shop.till.call(.getLocalityVerdict, path).status == 404, "none yet")

        let outside = TestPosition(Neighbourhood.shopOutside)
        #expect(try await resident.pay(payment, at: outside).status == 422)
        let refused = try await shop.till.call(.getLocalityVerdict, path)
            .decode(SignedVerdict.self)
        #expect(refused.statement.verdict.outcome == .refused)
        // Whoever holds the QR code learns nothing of those who tried.
        #expect(try await resident.phone.call(.getLocalityVerdict, path).status == 404)

        let acceptance = try resident.acceptance(of: payment)
        #expect(
            try await resident.phone.call(.acceptPayment, path, body: acceptance).status == 201
        )
        for client in [shop.till, shop.owner, resident.phone] {
            let signed = try await client.call(.getLocalityVerdict, path)
                .decode(SignedVerdict.self)
            let verdict = signed.statement.verdict
            #expect(verdict.outcome == .accepted && verdict.shop?.verified == true)
            #expect(signed.statement.paymentId == payment.id)
            #expect(signed.statement.coin == TestCommunity.coin)
            let claims = try JSONDecoder().decode(
                ApprovalClaims.self,
                from: data(String(acceptance.approval.split(separator: ".")[1]))
            )
            #expect(verdict.positionDigest == claims.positionDigest)
            try await expectSigned(signed, by: client)
        }
        let stranger = try await community.resident(with: "5.00")
        #expect(try await stranger.phone.call(.getLocalityVerdict, path).status == 404)
    }

    @Test func `every reason has a text in Dutch and one in English`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let answer = try await community.administrator.call(.getLocalityReasons)
        let reasons = try answer.decode(LocalityReasons.self).reasons
        #expect(Set(reasons.map(\.code)).count == reasons.count && reasons.count == 15)
        let code = try #require(reasons.first { $0.code == "shop-closed" })
        #expect(code.texts.nl.contains("openingstijden"))
        #expect(code.texts.en.contains("opening times"))
        #expect(answer.headers["cache-control"]?.contains("public") == true)
    }

    private func expectSigned(_ signed: SignedVerdict, by client: TestClient) async throws {
        let keys = try await client.call(.getVerdictKeys).decode(KeySet.self)
        let parts = signed.signature.split(separator: ".").map(String.init)
        let header = try JSONDecoder().decode([String: String].self, from: data(parts[0]))
        #expect(header["typ"] == VerdictStatement.signatureType)
        let jwk = try #require(keys.keys.first { $0.kid == header["kid"] })
        let tokens = try await client.call(.getKeySet).decode(KeySet.self)
        #expect(!tokens.keys.contains(jwk), "a key of its own")
        let key = try P256.Signing.PublicKey(rawRepresentation: data(jwk.x) + data(jwk.y))
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: data(parts[2]))
        #expect(key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8)))
        let statement = try JSONDecoder().decode(VerdictStatement.self, from: data(parts[1]))
        #expect(statement == signed.statement)
    }

    private func data(_ base64URL: String) throws -> Data {
        let plain = base64URL.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.count % 4) % 4)
        return try #require(Data(base64Encoded: plain + padding))
    }
}
