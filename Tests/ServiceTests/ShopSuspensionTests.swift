import API
import TestSupport
import Testing

/// Shops that the community has suspended.
@Suite struct ShopSuspensionTests {
    private func order(
        _ operation: API.Operation,
        _ shop: TestShop,
        of community: TestCommunity,
        because reason: String = "klachten van klanten"
    ) async throws -> TestAnswer {
        try await community.administrator.call(
            operation,
            ["shopId": "\(shop.shop)"],
            body: ShopSuspensionOrder(reason: reason)
        )
    }

    @Test func `what was asked before a suspension is refused in every way of paying`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let card = try await community.card(for: resident.person)
        // Both are remembered: the payments, and the phone that has paid before.
        #expect(try await resident.pay(try await shop.request("1.00")).status == 201)
        let payment = try await shop.request("1.00")
        let others = [try await shop.request("2.00"), try await shop.request("3.00")]
        let reservation = try await shop.request("4.00", holdFor: 60)
        let suspension = try await order(.suspendShop, shop, of: community)
            .decode(ShopSuspension.self)
        #expect(suspension.liftedAt == nil)

        let answers = [
            try await resident.pay(payment, key: "k"),
            try await shop.charge(others[0], try resident.payerCode()),
            try await shop.take(card, for: others[1]),
            try await resident.pay(reservation),
        ]
        #expect(answers.map(\.problemType) == Array(repeating: .shopSuspended, count: 4))
        #expect(try await resident.balance() == "49.00, 0.00 held")

        let lifted = try await order(.reinstateShop, shop, of: community, because: "opgelost")
            .decode(ShopSuspension.self)
        #expect(lifted.id == suspension.id && lifted.liftReason == "opgelost")
        #expect(try await resident.pay(payment).status == 201)
        #expect(try await shop.take(card, for: others[1]).status == 201)
        #expect(try await resident.pay(reservation).status == 201)
    }

    @Test func `nothing new is asked in a suspended shop, and finding shops leaves it out`()
        async throws
    {
        let community = try await TestCommunity.make(rules: [.borderless])
        let (shop, open) = (try await community.openShop(), try await community.openShop())
        let resident = try await community.resident(with: "50.00")
        #expect(try await found(by: resident).contains(shop.shop))
        #expect(try await order(.suspendShop, shop, of: community).status == 201)
        let asked = try await shop.till.call(
            .requestPayment,
            body: PaymentRequest(amount: community.amount("1.00"))
        )
        #expect(asked.problemType == .shopSuspended)
        let invoice = try await shop.till.call(
            .requestInvoice,
            body: InvoiceRequest(amount: community.amount("1.00"))
        )
        #expect(invoice.problemType == .shopSuspended)
        let proposal = try await resident.phone.call(
            .proposePayment,
            body: PaymentProposalCreation(
                terminalId: shop.terminal,
                amount: community.amount("1.00")
            )
        )
        #expect(proposal.problemType == .shopSuspended)
        let places = try await found(by: resident)
        #expect(!places.contains(shop.shop) && places.contains(open.shop))
        #expect(try await resident.pay(try await open.request("1.00")).status == 201)
    }

    @Test func `a mandate pays in no suspended shop, and what was refused does not count to it`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let ward = try await community.resident(with: "50.00")
        let guardian = try await community.enrolPerson("Bewindvoerder")
        let mandate = try await community.give(
            .guardian,
            over: ward.person,
            to: guardian.person,
            perDay: "10.00"
        )
        let acting = ward.with(guardian.phone.acting(under: mandate.id))
        #expect(try await acting.pay(try await shop.request("1.00")).status == 201)
        let payment = try await shop.request("9.00")
        let reservation = try await shop.request("8.00", holdFor: 60)
        #expect(try await order(.suspendShop, shop, of: community).status == 201)

        let approval = try acting.acceptance(of: payment)
        func accept() async throws -> TestAnswer {
            try await acting.phone.call(
                .acceptPayment,
                ["paymentId": "\(payment.id)"],
                body: approval,
                key: "betaling-1"
            )
        }
        let refused = try await accept()
        #expect(refused.problemType == .shopSuspended)
        #expect(try await acting.pay(reservation).problemType == .shopSuspended)
        #expect(try await ward.balance() == "49.00, 0.00 held")
        func uses() async throws -> [String] {
            try await ward.phone.call(.listMandateUses).decode(Page<MandateUse>.self).items
                .map(\.amount.value)
        }
        #expect(try await uses() == ["1.00"])

        #expect(try await order(.reinstateShop, shop, of: community).status == 201)
        #expect(try await accept().text == refused.text)
        // All that the day has left, which the refused ones took nothing of.
        #expect(try await acting.pay(payment).status == 201)
        #expect(try await acting.pay(reservation).problemType == .outsideMandate)
        #expect(try await uses() == ["9.00", "1.00"])
    }

    @Test func `a refund, a capture of what was reserved and a void go on`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let paid = try await resident.pay(try await shop.request("5.00")).decode(Payment.self)
        let held = try await resident.pay(try await shop.request("9.00", holdFor: 600))
            .decode(Payment.self)
        #expect(try await order(.suspendShop, shop, of: community).status == 201)
        #expect(try await shop.capture(held, "4.00").status == 201)
        #expect(try await shop.void(held).status == 201)
        let refund = try await shop.owner.call(
            .refundPayment,
            ["paymentId": "\(paid.id)"],
            body: RefundCreation(reason: "kapot")
        )
        #expect(refund.status == 201)
        #expect(try await resident.balance() == "46.00, 0.00 held")
    }

    @Test func `the shopkeeper reads why, others that it is so`() async throws {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        let path = ["shopId": "\(shop.shop)"]
        let first = try await order(.suspendShop, shop, of: community)
            .decode(ShopSuspension.self)
        // The one in force stands.
        let second = try await order(.suspendShop, shop, of: community, because: "nog iets")
            .decode(ShopSuspension.self)
        #expect(second == first)
        let seen = try await other.owner.call(.getShop, path).decode(Shop.self)
        #expect(seen.suspendedAt == first.suspendedAt)
        let list = try await shop.owner.call(.listShopSuspensions, path)
            .decode(Page<ShopSuspension>.self).items
        #expect(list == [first])
        #expect(try await other.owner.call(.listShopSuspensions, path).status == 404)
        #expect(try await order(.reinstateShop, shop, of: community).status == 201)
        #expect(try await order(.reinstateShop, shop, of: community).status == 404)
        #expect(
            try await community.administrator.call(.getShop, path).decode(Shop.self).suspendedAt
                == nil
        )
    }

    private func found(by resident: TestResident) async throws -> [Identifier] {
        try await resident.phone.call(
            .searchShops,
            body: ShopSearch(
                longitude: Neighbourhood.shopInside.longitude,
                latitude: Neighbourhood.shopInside.latitude,
                radiusMetres: 500
            )
        ).decode(ShopPlaces.self).features.map(\.id)
    }
}
