import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// A shop closes its books, and they equal the ledger.
@Suite struct ClosingTests {
    private func cents(_ amount: SignedAmount) -> Int {
        Int(amount.value.replacing(".", with: "")) ?? .min
    }

    private func make(_ shop: Identifier, by client: TestClient) async throws -> Closing {
        let closing = try await client.call(.makeClosing, ["shopId": "\(shop)"])
            .decode(Closing.self)
        let parts = [closing.opening, closing.takings, closing.refunds, closing.redemptions]
        #expect(
            parts.map(cents).reduce(cents(closing.others), +) == cents(closing.closing)
        )
        #expect(closing.lines.map { cents($0.takings) }.reduce(0, +) == cents(closing.takings))
        #expect(closing.lines.map { cents($0.refunds) }.reduce(0, +) == cents(closing.refunds))
        return closing
    }

    private func balance(_ shop: TestShop) async throws -> String {
        try await shop.owner.call(.getMerchantBalance, ["merchantId": "\(shop.merchant)"])
            .decode(MerchantBalance.self).posted.value
    }

    @Test func `a closing equals the ledger, and the next one goes on from it`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let empty = try await make(shop.shop, by: shop.owner)
        #expect(empty.nr == 1 && empty.fromAt == nil && empty.closing.value == "0.00")
        #expect(empty.lines.isEmpty)

        let payments = [try await shop.request("20.00"), try await shop.request("5.00")]
        for payment in payments { #expect(try await resident.pay(payment).status == 201) }
        let refund = try await shop.owner.call(
            .refundPayment,
            ["paymentId": "\(payments[1].id)"],
            body: RefundCreation()
        )
        #expect(refund.status == 201)
        let redemption = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(
                merchantId: shop.merchant,
                amount: community.amount("12.00")
            )
        )
        #expect(redemption.status == 201)
        let second = try await make(shop.shop, by: shop.owner)
        #expect(second.nr == 2 && second.fromAt == empty.madeAt)
        #expect(second.takings.value == "25.00" && second.takingsCount == 2)
        #expect(second.refunds.value == "-5.00" && second.refundsCount == 1)
        #expect(second.redemptions.value == "-12.00" && second.redemptionsCount == 1)
        #expect(second.closing.value == "8.00" && second.accountBalance.value == "8.00")
        #expect(try await balance(shop) == "8.00")
        #expect(second.lines.map(\.terminalId) == [shop.terminal, nil])

        #expect(try await resident.pay(try await shop.request("1.00")).status == 201)
        let third = try await make(shop.shop, by: shop.owner)
        #expect(third.nr == 3 && third.opening == second.closing)
        #expect(third.takings.value == "1.00" && third.closing.value == "9.00")
        let listed = try await shop.owner.call(.listClosings, ["shopId": "\(shop.shop)"])
            .decode(Page<Closing>.self).items
        #expect(listed == [third, second, empty])
        let read = try await shop.owner.call(.getClosing, ["closingId": "\(second.id)"])
        #expect(try read.decode(Closing.self) == second)
    }

    @Test func `the closings of all shops add up to the account of the merchant`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let second = try await shop.owner.call(
            .registerShop,
            body: ShopRegistration(
                merchantId: shop.merchant,
                name: "Bakkerij West",
                address: "Westerstraat 1",
                longitude: Neighbourhood.shopInside.longitude,
                latitude: Neighbourhood.shopInside.latitude
            )
        ).decode(Shop.self)
        _ = try await community.colleague.call(
            .verifyShopPlace,
            ["shopId": "\(second.id)"],
            body: ShopVerification(evidence: "bezocht")
        ).decode(Shop.self)
        let terminal = try await shop.owner.call(
            .registerTerminal,
            ["shopId": "\(second.id)"],
            body: TerminalRegistration(name: "kassa 2")
        ).decode(Terminal.self)
        let (till, _) = try await community.enrolDevice(code: terminal.activationCode.code)
        let there = try await till.call(
            .requestPayment,
            body: PaymentRequest(amount: community.amount("7.00"))
        ).decode(Payment.self)
        for payment in [there, try await shop.request("20.00")] {
            #expect(try await resident.pay(payment).status == 201)
        }
        _ = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: shop.merchant, amount: community.amount("4.00"))
        ).decode(Redemption.self)
        // Whichever closes first: the redemption is the first shop's.
        let west = try await make(second.id, by: shop.owner)
        let east = try await make(shop.shop, by: shop.owner)
        #expect(west.nr == 1 && west.closing.value == "7.00")
        #expect(east.nr == 1 && east.closing.value == "16.00")
        #expect(east.accountBalance.value == "23.00")
        #expect(try await balance(shop) == "23.00")
    }

    @Test func `a closing is told per till and cashier`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let person = try await community.enrolPerson("Kassamedewerker")
        let mandate = try await community.give(
            .cashier,
            over: shop.merchant,
            to: person.person,
            by: shop.owner
        )
        #expect(try await resident.pay(try await shop.request("2.00")).status == 201)
        let acting = person.phone.acting(under: mandate.id)
        let opening = ShiftOpening(terminalId: shop.terminal)
        #expect(try await acting.call(.openShift, body: opening).status == 201)
        #expect(try await resident.pay(try await shop.request("3.00")).status == 201)
        let closing = try await make(shop.shop, by: acting)
        #expect(closing.mandateId == mandate.id)
        let lines = closing.lines.map { [$0.cashierId?.description, $0.takings.value] }
        #expect(Set(lines) == [[nil, "2.00"], ["\(person.person)", "3.00"]])
    }

    @Test func `a closing repeated under its key is made once`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let path = ["shopId": "\(shop.shop)"]
        let first = try await shop.owner.call(.makeClosing, path, key: "avond")
        let again = try await shop.owner.call(.makeClosing, path, key: "avond")
        #expect(first.body == again.body)
        let listed = try await shop.owner.call(.listClosings, path).decode(Page<Closing>.self)
        #expect(listed.items.count == 1)
    }

    @Test func `nobody changes a closing, not even the service that made it`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let closing = try await make(shop.shop, by: shop.owner)
        let opened = try await OpenedDatabase.shared
        let service = try #require(opened.services[.merchant])
        for (database, state) in [(service, "42501"), (opened.owner, "23000")] {
            for statement in [
                "UPDATE merchant.closing SET nr = 9 WHERE id = '\(closing.id)'",
                "DELETE FROM merchant.closing WHERE id = '\(closing.id)'",
                "UPDATE merchant.closing_line SET takings = 0",
            ] {
                do {
                    _ = try await database.execute("\(rawSQL: statement)")
                    Issue.record("allowed: \(statement)")
                } catch let error as PostgresError {
                    #expect(error.sqlState == state, "\(statement): \(error)")
                }
            }
        }
    }
}
