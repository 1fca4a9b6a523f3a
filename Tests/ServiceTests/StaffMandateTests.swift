import API
import Foundation
import TestSupport
import Testing

/// The people of a merchant: cashiers for shops and shifts, accountants who only read; and who may
/// give which mandate.
@Suite struct StaffMandateTests {
    @Test func `a cashier asks for payments and refunds within the limits and the shop`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "100.00")
        let (otherShop, otherTerminal) = try await shop.openAnother(community)
        let cashier = try await community.enrolPerson("Kassamedewerker")
        let mandate = try await community.give(
            .cashier,
            over: shop.merchant,
            to: cashier.person,
            by: shop.owner,
            perAct: "20.00",
            perDay: "25.00",
            shops: [shop.shop]
        )
        #expect(mandate.shops == [shop.shop])
        let acting = cashier.phone.acting(under: mandate.id)
        func ask(_ value: String, at terminal: Identifier?) async throws -> TestAnswer {
            try await acting.call(
                .requestPayment,
                body: PaymentRequest(amount: community.amount(value), terminalId: terminal)
            )
        }
        func refund(_ payment: Payment) async throws -> TestAnswer {
            try await acting.call(
                .refundPayment,
                ["paymentId": "\(payment.id)"],
                body: RefundCreation()
            )
        }
        #expect(try await ask("1.00", at: otherTerminal).problemType == .outsideMandate)
        #expect(try await ask("1.00", at: nil).problemType == .insufficientScope)
        let foreign = try await community.openShop()
        let stolen = try await ask("1.00", at: foreign.terminal)
        #expect(stolen.problemType == .insufficientScope)

        var paid: [Payment] = []
        for value in ["20.01", "20.00", "5.01"] {
            let asked = try await ask(value, at: shop.terminal).decode(Payment.self)
            #expect(asked.challenge != nil)
            #expect(asked.requestMandateId == mandate.id)
            #expect(try await resident.pay(asked).status == 201)
            paid.append(asked)
        }
        #expect(try await refund(paid[0]).problemType == .outsideMandate)
        let refunded = try await refund(paid[1])
        #expect(try refunded.decode(Refund.self).mandateId == mandate.id)
        #expect(try await refund(paid[2]).problemType == .outsideMandate)
        #expect(try await resident.available() == "74.98")

        let elsewhere = try await shop.ask("2.00", at: otherShop, community)
        #expect(try await resident.pay(elsewhere).status == 201)
        #expect(try await refund(elsewhere).problemType == .outsideMandate)
        let hidden = try await acting.call(.getPayment, ["paymentId": "\(elsewhere.id)"])
        #expect(hidden.problemType == .notFound)
        let listed = try await acting.call(.listPayments).decode(Page<Payment>.self).items
        #expect(Set(listed.map(\.id)) == Set(paid.map(\.id)))
        let uses = try await shop.owner.call(.listMandateUses).decode(Page<MandateUse>.self).items
        #expect(
            uses.map(\.operation)
                == ["refundPayment", "requestPayment", "requestPayment", "requestPayment"]
        )
    }

    @Test func `a guardian for one shop pays there and nowhere else`() async throws {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        let ward = try await community.resident(with: "30.00")
        let guardian = try await community.enrolPerson("Bewindvoerder")
        let mandate = try await community.give(
            .guardian,
            over: ward.person,
            to: guardian.person,
            shops: [shop.shop]
        )
        #expect(!mandate.scopes.contains(.transfersCreate))
        let acting = ward.with(guardian.phone.acting(under: mandate.id))
        #expect(try await acting.pay(other.request("1.00")).problemType == .outsideMandate)
        #expect(try await acting.pay(shop.request("2.00")).status == 201)
        #expect(try await ward.available() == "28.00")
    }

    @Test func `an accountant reads the books of the merchant and does nothing`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "30.00")
        let payment = try await shop.request("3.00")
        #expect(try await resident.pay(payment).status == 201)
        let office = try await community.administrator.call(
            .registerInstitution,
            body: InstitutionRegistration(name: "Administratiekantoor", kind: .association)
        ).decode(Institution.self)
        let software = try await community.administrator.register(
            "Boekhouding",
            [.accountant],
            of: office.id
        )
        let mandate = try await community.give(
            .accountant,
            over: shop.merchant,
            to: office.id,
            by: shop.owner
        )
        let acting = software.acting(under: mandate.id)
        let balance = try await acting.call(
            .getMerchantBalance,
            ["merchantId": "\(shop.merchant)"]
        ).decode(MerchantBalance.self)
        #expect(balance.available.value == "3.00")
        let alone = try await software.call(
            .getMerchantBalance,
            ["merchantId": "\(shop.merchant)"]
        )
        #expect(alone.problemType == .notFound)
        let refund = try await acting.call(
            .refundPayment,
            ["paymentId": "\(payment.id)"],
            body: RefundCreation()
        )
        #expect(refund.problemType == .insufficientScope)
    }

    @Test func `owners give mandates of their own merchant, officials those over people`()
        async throws
    {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        let person = try await community.enrolPerson("Medewerker")
        let ward = try await community.enrolPerson("Pupil")
        func give(
            _ kind: MandateKind,
            _ principal: Identifier,
            by client: TestClient,
            decision: String? = "besluit 1",
            scopes: [Scope]? = nil,
            until: Int64 = 3600
        ) async throws -> TestAnswer {
            let end = Int64(Date().timeIntervalSince1970) + until
            return try await client.call(
                .giveMandate,
                body: MandateCreation(
                    principalId: principal,
                    agentId: person.person,
                    kind: kind,
                    scopes: scopes,
                    decision: decision,
                    validUntil: Instant(microseconds: end * 1_000_000)
                )
            )
        }
        let (owner, administrator) = (shop.owner, community.administrator)
        #expect(try await give(.cashier, shop.merchant, by: owner).status == 201)
        let foreign = try await give(.cashier, other.merchant, by: owner)
        #expect(foreign.problemType == .unknownParty)
        let overPerson = try await give(.guardian, ward.person, by: owner)
        #expect(overPerson.problemType == .unknownParty)
        let wrongKind = try await give(.guardian, shop.merchant, by: administrator)
        #expect(wrongKind.problemType == .unknownParty)
        let undecided = try await give(.guardian, ward.person, by: administrator, decision: nil)
        #expect(undecided.problemType == .invalidRequest)
        let forever = try await give(
            .guardian,
            ward.person,
            by: administrator,
            until: 6 * 365 * 86_400
        )
        #expect(forever.problemType == .invalidRequest)
        let past = try await give(.guardian, ward.person, by: administrator, until: -1)
        #expect(past.problemType == .invalidRequest)
        let wide = try await give(
            .budgetCoach,
            ward.person,
            by: administrator,
            scopes: [.transfersCreate]
        )
        #expect(wide.problemType == .invalidRequest)
        let itself = try await give(.guardian, person.person, by: administrator)
        #expect(itself.problemType == .unknownParty)
        let given = try await give(.guardian, ward.person, by: administrator)
            .decode(Mandate.self)
        #expect(try await community.revoke(given.id, by: owner).problemType == .notFound)
        #expect(try await owner.call(.listMandates).decode(Page<Mandate>.self).items.count == 1)
    }
}

extension TestShop {
    /// A second shop of the same merchant, with a till.
    fileprivate func openAnother(
        _ community: TestCommunity
    ) async throws -> (till: TestClient, terminal: Identifier) {
        let place = Neighbourhood.shopInside
        let shop = try await owner.call(
            .registerShop,
            body: ShopRegistration(
                merchantId: merchant,
                name: "Bakkerij West",
                address: "Westerstraat 1",
                longitude: place.longitude,
                latitude: place.latitude
            )
        ).decode(Shop.self)
        _ = try await community.colleague.call(
            .verifyShopPlace,
            ["shopId": "\(shop.id)"],
            body: ShopVerification(evidence: "bezocht")
        ).decode(Shop.self)
        let terminal = try await owner.call(
            .registerTerminal,
            ["shopId": "\(shop.id)"],
            body: TerminalRegistration(name: "kassa 2")
        ).decode(Terminal.self)
        let (till, _) = try await community.enrolDevice(code: terminal.activationCode.code)
        return (till, terminal.id)
    }

    /// A till asks for an amount.
    fileprivate func ask(
        _ value: String,
        at till: TestClient,
        _ community: TestCommunity
    ) async throws -> Payment {
        try await till.call(
            .requestPayment,
            body: PaymentRequest(amount: community.amount(value))
        ).decode(Payment.self)
    }
}
