import API
import FoundationEssentials
import Postgres
import TestSupport
import Testing

/// Who may reserve, capture and void, and what becomes of a reservation in between.
@Suite struct ReservationRuleTests {
    @Test func `captures never take more than was approved, of what is theirs`() async throws {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        let resident = try await community.resident(with: "50.00")
        let asked = try await shop.request("20.00", holdFor: 60)
        #expect(try await shop.capture(asked).problemType == .paymentNotHeld)
        #expect(try await shop.void(asked).problemType == .paymentNotHeld)
        let held = try await resident.pay(asked).decode(Payment.self)
        #expect(try await resident.pay(asked).problemType == .paymentNotRequested)
        #expect(try await shop.capture(held, "20.01").problemType == .captureExceeds)
        #expect(try await shop.capture(held, "15.00").status == 201)
        #expect(try await shop.capture(held, "5.01").problemType == .captureExceeds)
        #expect(try await shop.capture(held, "1.000").problemType == .invalidAmount)
        let foreignCoin = try await shop.till.call(
            .capturePayment,
            ["paymentId": "\(held.id)"],
            body: CaptureCreation(amount: Amount(value: "1.00", coin: "westerhof"))
        )
        #expect(foreignCoin.problemType == .coinNotAccepted)
        #expect(try await other.capture(held).problemType == .notFound)
        #expect(try await other.void(held).problemType == .notFound)
        #expect(
            try await shop.capture(held, by: resident.phone).problemType == .insufficientScope
        )
        let plain = try await shop.request("1.00")
        #expect(try await resident.pay(plain).status == 201)
        #expect(try await shop.capture(plain).problemType == .paymentNotHeld)
        #expect(try await resident.balance() == "34.00, 5.00 held")
    }

    @Test func `a capture and a void are done once however often asked`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let asked = try await shop.request("20.00", holdFor: 3600)
        let acceptance = try resident.acceptance(of: asked)
        func accept() async throws -> TestAnswer {
            try await resident.phone.call(
                .acceptPayment,
                ["paymentId": "\(asked.id)"],
                body: acceptance,
                key: "accept"
            )
        }
        let (first, again) = (try await accept(), try await accept())
        #expect(first.status == 201 && first.body == again.body)
        #expect(again.headers["idempotency-replayed"] == "true")
        let captures = [
            try await shop.capture(asked, "5.00", key: "one"),
            try await shop.capture(asked, "5.00", key: "one"),
        ]
        #expect(captures[0].status == 201 && captures[0].body == captures[1].body)
        let different = try await shop.capture(asked, "6.00", key: "one")
        #expect(different.problemType == .idempotencyKeyReused)
        let voids = [
            try await shop.void(asked, key: "two"), try await shop.void(asked, key: "two"),
        ]
        #expect(voids[0].status == 201 && voids[0].body == voids[1].body)
        #expect(try await shop.void(asked).problemType == .holdEnded)
        #expect(try await shop.balance() == "5.00")
        #expect(try await resident.balance() == "45.00, 0.00 held")
    }

    @Test func `the approval says for how long, and a card reserves nothing`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let asked = try await shop.request("20.00", holdFor: 3600)
        func accept(_ payment: Payment, _ seconds: Int?) async throws -> TestAnswer {
            try await resident.phone.call(
                .acceptPayment,
                ["paymentId": "\(payment.id)"],
                body: resident.acceptance(of: payment) { $0.holdSeconds = seconds }
            )
        }
        #expect(try await accept(asked, nil).problemType == .approvalMismatch)
        #expect(try await accept(asked, 60).problemType == .approvalMismatch)
        let plain = try await shop.request("1.00")
        #expect(try await accept(plain, 60).problemType == .approvalMismatch)
        let card = try await community.card(for: resident.person)
        #expect(try await shop.take(card, for: asked).problemType == .reservationNeedsPhone)
        #expect(try await accept(asked, 3600).status == 201)
    }

    @Test func `a guardian reserves within the limits, a cashier captures in the right shop`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let ward = try await community.resident(with: "50.00")
        let helper = try await community.enrolPerson("Hulp")
        let guardian = try await community.give(
            .guardian,
            over: ward.person,
            to: helper.person,
            perDay: "25.00"
        )
        let acting = ward.with(helper.phone.acting(under: guardian.id))
        let held = try await shop.reserve("20.00", of: acting)
        let second = try await shop.request("5.01", holdFor: 60)
        #expect(try await acting.pay(second).problemType == .outsideMandate)
        #expect(held.mandateId == guardian.id)

        let cashier = try await community.give(
            .cashier,
            over: shop.merchant,
            to: helper.person,
            by: shop.owner,
            shops: [shop.shop]
        )
        let till = helper.phone.acting(under: cashier.id)
        let capture = try await shop.capture(held, "2.00", by: till).decode(Capture.self)
        #expect(capture.mandateId == cashier.id)
        #expect(try await shop.void(held, by: till).status == 201)
        let uses = try await shop.owner.call(.listMandateUses).decode(Page<MandateUse>.self).items
        #expect(uses.map(\.operation) == ["voidPayment", "capturePayment"])
        let elsewhere = try await community.openShop()
        let other = try await elsewhere.reserve("1.00", of: ward)
        #expect(try await shop.void(other, by: till).problemType == .notFound)
    }

    @Test func `coins that are held outlast their pot's time, and leave with the hold`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let held = try await shop.reserve("20.00", of: resident)
        try await community.change(
            """
            UPDATE ledger.account a SET expires_at = clock_timestamp(), returns_to = g.account_id
              FROM wallet.pot p
              JOIN disbursement.programme g
                ON g.community_id = p.community_id AND g.id = p.programme_id
             WHERE p.community_id = \(community.id.uuid)
               AND p.wallet_id = \(resident.wallet.uuid)
               AND a.community_id = p.community_id AND a.id = p.id
            """
        )
        #expect(try await resident.pay(shop.request("1.00")).status == 422)
        #expect(try await shop.capture(held, "8.00").status == 201)
        #expect(try await shop.void(held).status == 201)
        _ = try await eventually("the rest returns to the programme") {
            try await resident.balance() == "0.00, 0.00 held" ? true : nil
        }
        #expect(try await shop.balance() == "8.00")
        let books = try await community.books()
        #expect(books.circulation == books.reserve)
    }

    @Test func `coins that are held are taken from a closed pot, and no others`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let held = try await shop.reserve("20.00", of: resident)
        func set(_ state: String, _ accounts: String) async throws {
            try await community.change(
                """
                UPDATE ledger.account SET state = \(state)
                 WHERE community_id = \(community.id.uuid) AND id IN (\(rawSQL: accounts))
                """
            )
        }
        try await set("frozen", "SELECT id FROM wallet.pot")
        let refused = try await resident.pay(shop.request("1.00", holdFor: 60))
        #expect(refused.problemType == .accountNotOpen)
        #expect(try await shop.capture(held, "5.00").status == 201)

        // The shop's own account: nothing arrives there, and nothing is lost.
        try await set("frozen", "SELECT account_id FROM merchant.merchant")
        #expect(try await shop.capture(held, "5.00").problemType == .accountNotOpen)
        #expect(try await shop.see(held.id).hold?.openAmount.value == "15.00")
        try await set("open", "SELECT account_id FROM merchant.merchant")
        #expect(try await shop.capture(held, "5.00").status == 201)
        #expect(try await shop.void(held).status == 201)
        #expect(try await resident.balance() == "40.00, 0.00 held")
    }
}
