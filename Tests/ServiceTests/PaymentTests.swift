import API
import Foundation
import TestSupport
import Testing

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

    @Test(arguments: [
        ("payer-outside-geofence", "outside"), ("position-mocked", "mock"),
        ("position-too-old", "stale"), ("position-too-inaccurate", "coarse"),
        ("payer-too-far-from-shop", "far"), ("payer-outside-geofence", "pond"),
        ("position-from-future", "future"),
    ])
    func `a payment is refused with the rule that refused it`(
        reason: String,
        situation: String
    ) async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        var position = TestPosition()
        switch situation {
        case "outside": position = TestPosition(Neighbourhood.shopOutside)
        case "mock": position.mock = true
        case "stale": position.ageSeconds = 600
        case "coarse": position.accuracyMetres = 500
        case "far": position = TestPosition(Place(longitude: 5.1020, latitude: 52.0860))
        case "future": position.ageSeconds = -300
        default: position = TestPosition(Place(longitude: 5.1110, latitude: 52.0875))
        }
        let answer = try await resident.pay(payment, at: position)
        #expect(answer.status == 422)
        #expect(answer.problemType == .localityRefused)
        let reasons = answer.problem?.verdict?.rules.compactMap(\.reason) ?? []
        #expect(reasons.contains(reason))
        #expect(try await resident.available() == "50.00")
        // The payer may come closer and try again.
        #expect(try await resident.pay(payment).status == 201)
    }

    @Test func `near the edge a confident policy is unsure and refuses`() async throws {
        let community = try await TestCommunity.make(
            rules: [.payerInGeofence(mode: .confident)])
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        var position = TestPosition(Place(longitude: 5.1001, latitude: 52.0900))
        position.accuracyMetres = 50
        let answer = try await resident.pay(try await shop.request("1.00"), at: position)
        #expect(answer.problem?.verdict?.outcome == .unsure)
        #expect(
            answer.problem?.verdict?.rules.first?.reason == "payer-not-surely-inside"
        )
    }

    @Test func `a shop outside or unverified is refused whatever the payer claims`() async throws {
        let community = try await TestCommunity.make(rules: [.shopInGeofence])
        let resident = try await community.resident(with: "50.00")
        let outside = try await community.openShop(at: Neighbourhood.shopOutside)
        let refused = try await resident.pay(try await outside.request("1.00"), at: nil)
        #expect(
            refused.problem?.verdict?.rules.first?.reason == "shop-outside-geofence"
        )
        let unverified = try await community.openShop(verified: false)
        let second = try await resident.pay(try await unverified.request("1.00"), at: nil)
        #expect(second.problem?.verdict?.rules.first?.reason == "shop-place-unverified")
    }

    @Test func `a coin without a policy is spent nowhere, a borderless one anywhere`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let shop = try await community.openShop(at: Neighbourhood.shopOutside)
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        #expect(try await resident.pay(payment, at: nil).problemType == .localityUnset)
        try await community.setPolicy([.borderless])
        #expect(try await resident.pay(payment, at: nil).status == 201)
    }

    @Test func `a new policy holds from its moment on, for every instance`() async throws {
        let community = try await TestCommunity.make(rules: [.borderless])
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await shop.request("1.00"), at: nil).status == 201)
        try await community.setPolicy([.noMock])
        let next = try await resident.pay(try await shop.request("1.00"), at: nil)
        #expect(next.problemType == .positionClaimRequired)
    }

    @Test func `an altered approval is refused`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        func attempt(
            _ change: (inout ApprovalClaims) -> Void,
            _ alter: (inout PaymentAcceptance) -> Void = { _ in }
        ) async throws -> ProblemType? {
            var acceptance = try resident.acceptance(of: payment, change: change)
            alter(&acceptance)
            return try await resident.phone.call(
                .acceptPayment,
                ["paymentId": "\(payment.id)"],
                body: acceptance
            ).problemType
        }
        let other = try await TestCommunity.make().resident(with: "1.00")
        #expect(
            try await attempt { $0.amount = community.amount("1.00") } == .approvalMismatch
        )
        #expect(try await attempt { $0.challenge = "x" } == .approvalMismatch)
        #expect(try await attempt { $0.payee = $0.walletId } == .approvalMismatch)
        #expect(try await attempt { $0.walletId = other.wallet } == .approvalMismatch)
        #expect(try await attempt { $0.paymentId = $0.payee } == .approvalMismatch)
        #expect(try await attempt { $0.positionDigest = nil } == .positionDigestMismatch)
        #expect(
            try await attempt({ _ in }, { $0.salt = "AAAAAAAAAAAAAAAAAAAAAA" })
                == .positionDigestMismatch
        )
        #expect(
            try await attempt({ _ in }, { $0.approval += "A" }) == .approvalSignatureInvalid
        )
        let moved = try resident.acceptance(of: payment, at: TestPosition())
        #expect(
            try await attempt({ _ in }, { $0.positionClaim = moved.positionClaim.map { $0 + "x" } })
                != nil
        )
        #expect(try await resident.available() == "50.00")
    }

    @Test func `an approval signed by another phone is refused`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let thief = try await community.resident(with: "0.01")
        let payment = try await shop.request("10.00")
        let forged = try TestResident(
            phone: thief.phone,
            person: resident.person,
            wallet: resident.wallet
        ).acceptance(of: payment)
        let answer = try await resident.phone.call(
            .acceptPayment,
            ["paymentId": "\(payment.id)"],
            body: forged
        )
        #expect(answer.problemType == .approvalSignatureInvalid)
    }

    @Test func `an approval is used once, the same request is answered again`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        let acceptance = try resident.acceptance(of: payment)
        func accept(_ key: String) async throws -> TestAnswer {
            try await resident.phone.call(
                .acceptPayment,
                ["paymentId": "\(payment.id)"],
                body: acceptance,
                key: key
            )
        }
        let first = try await accept("one")
        let again = try await accept("\"one\"")
        #expect(first.status == 201 && again.status == 201)
        #expect(first.body == again.body)
        #expect(again.headers["idempotency-replayed"] == "true")
        let replayed = try await accept("two")
        #expect(replayed.problemType == .paymentNotRequested)
        let different = try await resident.phone.call(
            .acceptPayment,
            ["paymentId": "\(payment.id)"],
            body: try resident.acceptance(of: payment),
            key: "one"
        )
        #expect(different.problemType == .idempotencyKeyReused)
        #expect(try await resident.available() == "40.00")
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
