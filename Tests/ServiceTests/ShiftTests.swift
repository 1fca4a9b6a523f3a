import API
import Foundation
import TestSupport
import Testing

/// Cashiers come to a till, work there, and leave it.
@Suite struct ShiftTests {
    /// A cashier with a phone, by mandate of a shop.
    private struct Cashier {
        let person: Identifier
        let mandate: Identifier
        let acting: TestClient

        static func hire(_ community: TestCommunity, _ shop: TestShop) async throws -> Cashier {
            let person = try await community.enrolPerson("Kassamedewerker")
            let mandate = try await community.give(
                .cashier,
                over: shop.merchant,
                to: person.person,
                by: shop.owner
            )
            return Cashier(
                person: person.person,
                mandate: mandate.id,
                acting: person.phone.acting(under: mandate.id)
            )
        }

        func open(_ terminal: Identifier, endsRights: Bool? = nil) async throws -> TestAnswer {
            try await acting.call(
                .openShift,
                body: ShiftOpening(terminalId: terminal, endsRights: endsRights)
            )
        }

        func ask(_ value: String, at shop: TestShop) async throws -> TestAnswer {
            try await acting.call(
                .requestPayment,
                body: PaymentRequest(
                    amount: Amount(value: value, coin: TestCommunity.coin),
                    terminalId: shop.terminal
                )
            )
        }
    }

    private func close(
        _ shift: Identifier,
        by client: TestClient,
        endsRights: Bool? = nil
    ) async throws -> TestAnswer {
        try await client.call(
            .closeShift,
            ["shiftId": "\(shift)"],
            body: ShiftClosure(endsRights: endsRights)
        )
    }

    @Test func `what is asked and given back in a shift counts to it`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let cashier = try await Cashier.hire(community, shop)
        let before = try await shop.request("1.00")
        #expect(try await resident.pay(before).status == 201)

        let shift = try await cashier.open(shop.terminal).decode(Shift.self)
        #expect(shift.state == .open && shift.cashierId == cashier.person)
        let byTill = try await shop.request("5.00")
        let byCashier = try await cashier.ask("7.00", at: shop).decode(Payment.self)
        let unpaid = try await shop.request("9.00")
        for payment in [byTill, byCashier] {
            #expect(try await resident.pay(payment).status == 201)
        }
        for payment in [byTill, before] {
            let refund = try await cashier.acting.call(
                .refundPayment,
                ["paymentId": "\(payment.id)"],
                body: RefundCreation()
            )
            #expect(refund.status == 201)
        }
        let closed = try await close(shift.id, by: cashier.acting).decode(Shift.self)
        #expect(closed.state == .closed && closed.closedAt != nil && !closed.endsRights)
        #expect(closed.takings.value == "12.00" && closed.takingsCount == 2)
        #expect(closed.refunds.value == "-6.00" && closed.refundsCount == 2)

        // What was asked in it and is paid later counts; what is asked later does not.
        #expect(try await resident.pay(unpaid).status == 201)
        #expect(try await resident.pay(try await shop.request("2.00")).status == 201)
        let seen = try await shop.owner.call(.getShift, ["shiftId": "\(shift.id)"])
            .decode(Shift.self)
        #expect(seen.takings.value == "21.00" && seen.takingsCount == 3)
        let listed = try await shop.owner.call(.listShifts, query: "state=closed")
            .decode(Page<Shift>.self).items
        #expect(listed.map(\.id) == [shift.id])
    }

    @Test func `a till and a cashier have one open shift each`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let (one, other) = (
            try await Cashier.hire(community, shop), try await Cashier.hire(community, shop)
        )
        let shift = try await one.open(shop.terminal).decode(Shift.self)
        #expect(try await one.open(shop.terminal).problemType == .shiftOpen)
        #expect(try await other.open(shop.terminal).problemType == .shiftOpen)
        #expect(try await close(shift.id, by: other.acting).problemType == .outsideMandate)
        #expect(try await close(shift.id, by: shop.owner).status == 201)
        #expect(try await close(shift.id, by: shop.owner).problemType == .shiftClosed)
        #expect(try await other.open(shop.terminal).status == 201)
    }

    @Test func `the rights of a cashier can end with the shift`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let cashier = try await Cashier.hire(community, shop)
        let shift = try await cashier.open(shop.terminal, endsRights: true).decode(Shift.self)
        let asked = try await cashier.ask("3.00", at: shop).decode(Payment.self)
        let closed = try await close(shift.id, by: cashier.acting).decode(Shift.self)
        #expect(closed.endsRights)
        let late = try await cashier.ask("4.00", at: shop)
        #expect(late.problemType == .unauthorized)
        // What was asked before stands: the payer stood at the counter.
        #expect(try await resident.pay(asked).status == 201)
        let again = try await shop.owner.call(
            .openShift,
            body: ShiftOpening(terminalId: shop.terminal, mandateId: cashier.mandate)
        )
        #expect(again.problemType == .invalidRequest)
    }

    @Test func `an owner opens a shift for a cashier, and ends the rights when closing`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let cashier = try await Cashier.hire(community, shop)
        let shift = try await shop.owner.call(
            .openShift,
            body: ShiftOpening(terminalId: shop.terminal, mandateId: cashier.mandate)
        ).decode(Shift.self)
        #expect(try await cashier.ask("3.00", at: shop).status == 201)
        #expect(try await close(shift.id, by: shop.owner, endsRights: true).status == 201)
        #expect(try await cashier.ask("3.00", at: shop).problemType == .unauthorized)
    }

    @Test func `nobody opens a shift at another's till or under another's mandate`() async throws {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        let (cashier, stranger) = (
            try await Cashier.hire(community, shop), try await Cashier.hire(community, other)
        )
        #expect(try await cashier.open(other.terminal).problemType == .invalidRequest)
        let borrowed = try await cashier.acting.call(
            .openShift,
            body: ShiftOpening(terminalId: shop.terminal, mandateId: stranger.mandate)
        )
        #expect(borrowed.problemType == .outsideMandate)
        let foreign = try await shop.owner.call(
            .openShift,
            body: ShiftOpening(terminalId: shop.terminal, mandateId: stranger.mandate)
        )
        #expect(foreign.problemType == .invalidRequest)
        let nobody = try await shop.owner.call(
            .openShift,
            body: ShiftOpening(terminalId: shop.terminal)
        )
        #expect(nobody.problemType == .invalidRequest)
    }
}
