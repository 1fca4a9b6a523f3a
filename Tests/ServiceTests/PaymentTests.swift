import API
import TestSupport
import Testing

/// A payment from request to refund, for one payer and for many at once.

@Suite struct PaymentTests {
    @Test func `a payment inside is accepted and both sides see it`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let request = try await shop.request("12.50")
        #expect(request.state == .requested)
        #expect(request.challenge != nil && request.qrPayload?.contains("#") == true)

        let accepted = try await resident.pay(request).decode(Payment.self)
        #expect(accepted.state == .accepted)
        #expect(accepted.verdict?.outcome == .accepted)
        #expect(accepted.verdict?.geofenceVersion == 1)
        let seen = try await shop.till.call(.getPayment, ["paymentId": "\(request.id)"])
            .decode(Payment.self)
        #expect(seen.state == .accepted)
        #expect(try await resident.available() == "37.50")
        let balance = try await shop.owner.call(
            .getMerchantBalance,
            ["merchantId": "\(shop.merchant)"]
        ).decode(MerchantBalance.self)
        #expect(balance.available.value == "12.50")
        let books = try await community.books()
        #expect(books.circulation == books.reserve)
    }

    @Test func `two payers race for one payment and one of them pays`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let payers = [
            try await community.resident(with: "50.00"),
            try await community.resident(with: "50.00"),
        ]
        let payment = try await shop.request("10.00")
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for payer in payers + payers {
                group.addTask { try await payer.pay(payment).status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 201 }.count == 1)
        #expect(statuses.allSatisfy { [201, 404, 409].contains($0) })
        let balance = try await shop.owner.call(
            .getMerchantBalance,
            ["merchantId": "\(shop.merchant)"]
        ).decode(MerchantBalance.self)
        #expect(balance.posted.value == "10.00")
    }

    @Test func `the wallet cannot be overdrawn by many payments at once`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "35.00")
        let statuses = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for _ in 0..<8 {
                group.addTask { try await resident.pay(try await shop.request("10.00")) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.filter { $0.status == 201 }.count == 3)
        #expect(statuses.filter { $0.problemType == .insufficientFunds }.count == 5)
        #expect(try await resident.available() == "5.00")
    }

    @Test func `an expired payment is not accepted`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00", expiresIn: 10)
        let acceptance = try resident.acceptance(of: payment)
        _ = try await eventually("the payment expires") {
            let seen = try await shop.till.call(.getPayment, ["paymentId": "\(payment.id)"])
                .decode(Payment.self)
            return seen.state == .expired ? true : nil
        }
        let answer = try await resident.phone.call(
            .acceptPayment,
            ["paymentId": "\(payment.id)"],
            body: acceptance
        )
        #expect([ProblemType.paymentExpired, .notFound].contains(answer.problemType))
    }

    @Test func `a refund returns to the pots it came from, once`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        #expect(try await resident.pay(payment).status == 201)
        func refund(_ amount: Amount? = nil) async throws -> TestAnswer {
            try await shop.owner.call(
                .refundPayment,
                ["paymentId": "\(payment.id)"],
                body: RefundCreation(amount: amount, reason: "te warm")
            )
        }
        #expect(try await refund(community.amount("10.01")).problemType == .refundExceeds)
        let done = try await refund()
        #expect(done.status == 201)
        #expect(try await refund().problemType == .alreadyRefunded)
        #expect(try await resident.available() == "50.00")
        let wallet = try await resident.phone.call(.getWallet, ["walletId": "\(resident.wallet)"])
            .decode(Wallet.self)
        #expect(wallet.pots.count == 1 && wallet.pots[0].programmeId != nil)
        let seen = try await resident.phone.call(.getPayment, ["paymentId": "\(payment.id)"])
            .decode(Payment.self)
        #expect(seen.state == .refunded && seen.refundedAmount.value == "10.00")
    }

    @Test func `who may not see a payment does not learn that it exists`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let payer = try await community.resident(with: "50.00")
        let neighbour = try await community.resident(with: "0.01")
        let stranger = try await TestCommunity.make().resident(with: "0.01")
        let otherShop = try await community.openShop()
        let payment = try await shop.request("10.00")
        let path = ["paymentId": "\(payment.id)"]
        let view = try await payer.phone.call(.getPayment, path).decode(Payment.self)
        #expect(view.challenge == nil && view.qrPayload == nil)
        #expect(view.localityPolicy?.version == 1)
        #expect(try await stranger.phone.call(.getPayment, path).status == 404)
        #expect(try await payer.pay(payment).status == 201)
        #expect(try await neighbour.phone.call(.getPayment, path).status == 404)
        #expect(try await otherShop.till.call(.getPayment, path).status == 404)
        #expect(
            try await otherShop.owner.call(.refundPayment, path, body: RefundCreation()).status
                == 404
        )
    }
}
