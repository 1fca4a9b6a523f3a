import API
import LocalStack
import TestSupport
import Testing

/// The shop scans the payer's phone: once, soon, up to an amount, at the right place.
@Suite struct PayerCodeTests {
    @Test func `a scanned phone pays what the till asked, and both sides see it`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("12.50")
        let paid = try await shop.charge(payment, resident.payerCode()).decode(Payment.self)
        #expect(paid.state == .accepted && paid.verdict?.outcome == .accepted)
        // SHA-256 in base64url: without it a replay would miss the place that was judged.
        #expect(paid.verdict?.positionDigest?.utf8.count == 43)
        #expect(try await resident.available() == "37.50")
        let seen = try await resident.phone.call(.getPayment, ["paymentId": "\(payment.id)"])
            .decode(Payment.self)
        #expect(seen.state == .accepted)
        let books = try await community.books()
        #expect(books.circulation == books.reserve)
    }

    @Test func `a code is charged once, at whichever till and instance`() async throws {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        let resident = try await community.resident(with: "50.00")
        let code = try resident.payerCode()
        let payments = try await [shop.request("5.00"), other.request("6.00")]
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            group.addTask { try await shop.charge(payments[0], code) }
            group.addTask { try await other.charge(payments[1], code) }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 201 }.count == 1)
        #expect(answers.filter { $0.problemType == .payerCodeUsed }.count == 1)
        let third = try await shop.request("1.00")
        #expect(try await shop.charge(third, code).problemType == .payerCodeUsed)
        #expect(["45.00", "44.00"].contains(try await resident.available()))
    }

    @Test func `the same request is answered again and charges nothing`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let (payment, code) = (try await shop.request("5.00"), try resident.payerCode())
        let first = try await shop.charge(payment, code, key: "k")
        let again = try await shop.charge(payment, code, key: "k")
        #expect(first.status == 201 && first.body == again.body)
        #expect(again.headers["idempotency-replayed"] == "true")
        #expect(try await resident.available() == "45.00")
    }

    @Test func `a refused charge leaves the code as it was`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "4.00")
        let code = try resident.payerCode()
        let dear = try await shop.request("5.00")
        #expect(try await shop.charge(dear, code).problemType == .insufficientFunds)
        let cheap = try await shop.request("3.00")
        #expect(try await shop.charge(cheap, code).status == 201)
    }

    @Test func `what the payer did not allow is refused, and why`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let thief = try await community.resident(with: "0.01")
        let payment = try await shop.request("10.00")
        func refusal(_ code: String) async throws -> ProblemType? {
            try await shop.charge(payment, code).problemType
        }
        #expect(try await refusal(resident.payerCode(most: 999)) == .payerCodeLimit)
        #expect(try await refusal(resident.payerCode(coin: "elders")) == .coinNotAccepted)
        #expect(
            try await refusal(resident.payerCode(signedBy: thief.phone)) == .payerCodeInvalid
        )
        // A photograph of yesterday, and a phone whose clock is two minutes off.
        #expect(
            try await refusal(resident.payerCode(issuedSecondsAgo: 86_400)) == .payerCodeExpired
        )
        #expect(
            try await refusal(resident.payerCode(issuedSecondsAgo: 120)) == .payerCodeExpired
        )
        #expect(
            try await refusal(resident.payerCode(issuedSecondsAgo: -120)) == .payerCodeExpired
        )
        var altered = Array(try resident.payerCode())
        altered[60] = altered[60] == "A" ? "B" : "A"
        #expect(try await refusal(String(altered)) == .payerCodeInvalid)
        #expect(try await refusal(resident.payerCode(at: nil)) == .positionClaimRequired)
        #expect(
            try await refusal(resident.payerCode(at: TestPosition(Neighbourhood.shopOutside)))
                == .localityRefused
        )
        #expect(try await resident.available() == "50.00")
    }

    @Test func `a revoked phone and another till charge nothing`() async throws {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        let code = try resident.payerCode()
        #expect(try await other.charge(payment, code).status == 404)
        let revoked = try await community.administrator.call(
            .revokeClient,
            ["clientId": "\(resident.phone.id)"],
            body: ClientRevocation(reason: "kwijt")
        )
        #expect(revoked.status == 201)
        #expect(try await shop.charge(payment, code).problemType == .payerCodeInvalid)
    }

    @Test func `a revoked till charges nobody`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        let revoked = try await community.administrator.call(
            .revokeClient,
            ["clientId": "\(shop.till.id)"],
            body: ClientRevocation(reason: "gestolen")
        )
        #expect(revoked.status == 201)
        let answer = try await shop.charge(payment, resident.payerCode())
        #expect([401, 404].contains(answer.status))
        #expect(try await resident.available() == "50.00")
    }
}
