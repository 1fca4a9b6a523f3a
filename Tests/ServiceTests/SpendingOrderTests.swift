import API
import Foundation
import TestSupport
import Testing

/// Which pots a payment draws on.
@Suite struct SpendingOrderTests {
    @Test func `earmarked comes before free, soonest expiry first, and elsewhere not at all`()
        async throws
    {
        let community = try await TestCommunity.make()
        let (grocer, baker) = (
            try await community.openShop(category: "5411"),
            try await community.openShop(category: "5462")
        )
        let lasting = try await community.fundedProgramme()
        let soon = try await community.fundedProgramme(potsExpireIn: 10)
        let food = try await community.fundedProgramme(
            potsExpireIn: 20,
            earmark: Earmark(categories: ["5411"])
        )
        let neighbour = try await community.resident(with: "5.00")
        let resident = try await community.resident(with: [
            (lasting, "4.00"), (soon, "3.00"), (food, "2.00"),
        ])
        // What a neighbour gives is free coin.
        _ = try await neighbour.give("5.00", to: resident).decode(Transfer.self)

        let atGrocer = try await grocer.request("10.00")
        let quote = try await resident.quote(atGrocer)
        #expect(quote.pots.map(\.programme?.id) == [soon.id, food.id, lasting.id, nil])
        #expect(quote.pots.map(\.available.value) == ["3.00", "2.00", "4.00", "5.00"])
        #expect(quote.offers.isEmpty)
        let atBaker = try await baker.request("8.00")
        let elsewhere = try await resident.quote(atBaker)
        #expect(elsewhere.pots.map(\.programme?.id) == [soon.id, lasting.id, nil])

        let paid = try await resident.pay(atBaker).decode(Payment.self)
        #expect(paid.reimbursedAmount == nil)
        let receipt = try await resident.receipt(atBaker)
        #expect(receipt.parts.map(\.amount.value) == ["3.00", "4.00", "1.00"])
        #expect(receipt.parts.map(\.programme?.name) == ["Leefgeld", "Leefgeld", nil])
        #expect(receipt.parts[0].expiresAt != nil && receipt.parts[1].expiresAt == nil)
        for stranger in [neighbour.phone, baker.owner, baker.till] {
            let answer = try await stranger.call(
                .getPaymentReceipt,
                ["paymentId": "\(atBaker.id)"]
            )
            #expect([403, 404].contains(answer.status))
        }
    }

    @Test func `money for other shops is told apart from no money`() async throws {
        let community = try await TestCommunity.make()
        let (grocer, baker) = (
            try await community.openShop(category: "5411"), try await community.openShop()
        )
        let food = try await community.fundedProgramme(earmark: Earmark(categories: ["5411"]))
        let listed = try await community.fundedProgramme(
            earmark: Earmark(shopIds: [baker.shop])
        )
        let resident = try await community.resident(with: [(food, "5.00"), (listed, "1.00")])
        let refused = try await resident.pay(try await baker.request("2.00"))
        #expect(refused.problemType == .earmarkedElsewhere)
        #expect(try await resident.pay(try await baker.request("1.00")).status == 201)
        let short = try await resident.pay(try await grocer.request("6.00"))
        #expect(short.problemType == .insufficientFunds)
        #expect(try await resident.pay(try await grocer.request("5.00")).status == 201)
        // Nor does it go to a neighbour.
        let another = try await community.resident(with: [(food, "5.00")])
        let transfer = try await another.give("1.00", to: resident)
        #expect(transfer.problemType == .insufficientFunds)
    }

    @Test func `a payer chooses pots, and only those pay`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let (first, second) = (
            try await community.fundedProgramme(), try await community.fundedProgramme()
        )
        let resident = try await community.resident(with: [(first, "5.00"), (second, "5.00")])
        let payment = try await shop.request("6.00")
        let pots = try await resident.quote(payment).pots.map(\.id)
        let short = try await resident.pay(payment, from: [pots[1]])
        #expect(short.problemType == .insufficientFunds)
        let another = try await shop.request("6.00")
        #expect(try await resident.pay(another, from: [pots[1], pots[0]]).status == 201)
        let receipt = try await resident.receipt(another)
        #expect(receipt.parts.map(\.potId) == [pots[1], pots[0]])
        #expect(receipt.parts.map(\.amount.value) == ["5.00", "1.00"])
        // Somebody else's pots are no choice.
        let stranger = try await community.resident(with: "50.00")
        let foreign = try await resident.pay(
            try await shop.request("1.00"),
            from: [
                try #require(
                    try await stranger.quote(try await shop.request("1.00")).pots.first
                ).id
            ]
        )
        #expect(foreign.problemType == .insufficientFunds)
        let none = try await resident.pay(try await shop.request("1.00"), from: [])
        #expect(none.problemType == .approvalMismatch)
    }
}
