import API
import Foundation
import TestSupport
import Testing

/// Earmarks, the choice of pots and discounts, whichever way somebody pays.
@Suite struct EveryWayToPayTests {
    private static let halfPrice = DiscountCreation(
        name: "Extra",
        coin: TestCommunity.coin,
        kind: .percentage,
        percent: 50
    )

    @Test func `a scanned phone and a card draw on what is meant for the shop`() async throws {
        let community = try await TestCommunity.make()
        let (grocer, baker) = (
            try await community.openShop(category: "5411"),
            try await community.openShop(category: "5462")
        )
        let food = try await community.fundedProgramme(earmark: Earmark(categories: ["5411"]))
        let free = try await community.fundedProgramme()
        let resident = try await community.resident(with: [(food, "10.00"), (free, "4.00")])
        let card = try await community.card(for: resident.person)
        let dear = try await baker.request("5.00")
        #expect(
            try await baker.charge(dear, resident.payerCode()).problemType == .earmarkedElsewhere
        )
        #expect(try await baker.take(card, for: dear).problemType == .earmarkedElsewhere)
        let scanned = try await grocer.request("5.00")
        #expect(try await grocer.charge(scanned, resident.payerCode()).status == 201)
        let carded = try await grocer.request("6.00")
        #expect(try await grocer.take(card, for: carded).status == 201)
        let parts = try await [resident.receipt(scanned), resident.receipt(carded)].map(\.parts)
        #expect(parts[0].map(\.programme?.id) == [food.id])
        #expect(parts[1].map(\.programme?.id) == [food.id, free.id])
        #expect(parts[1].map(\.amount.value) == ["5.00", "1.00"])
    }

    @Test func `a scanned phone gets the greatest discount, and the till sees the price`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let programme = try await community.fundedProgramme()
        var small = Self.halfPrice
        small.percent = 10
        for creation in [small, Self.halfPrice] {
            _ = try await community.discount(creation, of: programme, with: "5.00")
        }
        let payment = try await shop.request("8.00")
        // What the phone allows is held against the price.
        let short = try await shop.charge(payment, resident.payerCode(most: 799))
        #expect(short.problemType == .payerCodeLimit)
        let paid = try await shop.charge(payment, resident.payerCode(most: 800))
        #expect(paid.status == 201, "\(paid.text)")
        #expect(!paid.text.contains("reimbursed"))
        #expect(try await resident.available() == "46.00")
        #expect(try await shop.available() == "8.00")
        #expect(try await resident.receipt(payment).parts.map(\.discountName) == [nil, "Extra"])
        // One euro is left of the greatest, and no more is given.
        let next = try await shop.request("8.00")
        #expect(try await shop.charge(next, resident.payerCode()).status == 201)
        #expect(try await resident.available() == "39.00")
        #expect(try await shop.refund(payment).status == 201)
        #expect(try await resident.available() == "43.00")
        let books = try await community.books()
        #expect(books.circulation == books.reserve)
    }

    @Test func `a reservation keeps what is meant for the shop, from chosen pots, at full price`()
        async throws
    {
        let community = try await TestCommunity.make()
        let (grocer, baker) = (
            try await community.openShop(category: "5411"),
            try await community.openShop(category: "5462")
        )
        let food = try await community.fundedProgramme(earmark: Earmark(categories: ["5411"]))
        let free = try await community.fundedProgramme()
        let discount = try await community.discount(Self.halfPrice, of: free, with: "100.00")
        let resident = try await community.resident(with: [(food, "10.00"), (free, "4.00")])
        let elsewhere = try await baker.request("5.00", holdFor: 3600)
        #expect(try await resident.pay(elsewhere).problemType == .earmarkedElsewhere)

        let asked = try await grocer.request("6.00", holdFor: 3600)
        let quote = try await resident.quote(asked)
        #expect(quote.pots.map(\.programme?.id) == [food.id, free.id])
        #expect(quote.offers.isEmpty)
        let reduced = try await resident.pay(asked, discount: discount.id, "3.00")
        #expect(reduced.problemType == .discountUnavailable)
        let chosen = [quote.pots[1].id, quote.pots[0].id]
        #expect(try await resident.pay(asked, from: chosen).status == 201)
        let capture = try await grocer.capture(asked).decode(Capture.self)
        let path = ["paymentId": "\(capture.id)"]
        let taken = try await resident.phone.call(.getPayment, path).decode(Payment.self)
        let parts = try await resident.receipt(taken).parts
        #expect(parts.map(\.potId) == chosen)
        #expect(parts.map(\.amount.value) == ["4.00", "2.00"])

        // A capture is corrected and given back as any payment.
        let corrected = try await grocer.correct(taken, to: "3.00", by: grocer.till)
        #expect(corrected.status == 201, "\(corrected.text)")
        #expect(
            try await resident.receipt(taken).parts.map(\.returnedAmount.value) == ["2.00", "1.00"]
        )
        #expect(try await grocer.refund(taken).status == 201)
        #expect(
            try await grocer.correct(asked, to: "1.00", by: grocer.owner).problemType
                == .paymentNotAccepted
        )
        let next = try await resident.quote(try await grocer.request("1.00"))
        #expect(next.pots.map(\.available.value) == ["10.00", "4.00"])
    }

    @Test func `an invoice takes a discount and chosen pots, and is given back`() async throws {
        let community = try await TestCommunity.make()
        _ = try await community.administrator.call(
            .setLocalityPolicy,
            ["coinCode": TestCommunity.coin],
            body: LocalityPolicySetting(
                geofence: "wijk",
                rules: Neighbourhood.rules,
                distanceSelling: true
            )
        ).decode(LocalityPolicy.self)
        let shop = try await community.openShop(category: "5411")
        let food = try await community.fundedProgramme(earmark: Earmark(categories: ["5411"]))
        let free = try await community.fundedProgramme()
        let discount = try await community.discount(Self.halfPrice, of: free, with: "100.00")
        let resident = try await community.resident(with: [(food, "10.00"), (free, "4.00")])
        let asked = try await shop.till.call(
            .requestInvoice,
            body: InvoiceRequest(amount: community.amount("10.00"))
        ).decode(Payment.self)
        let quote = try await resident.quote(asked)
        #expect(quote.offers.map(\.toPay.value) == ["5.00"])
        let pots = [quote.pots[1].id, quote.pots[0].id]
        let answer = try await resident.phone.call(
            .acceptPayment,
            ["paymentId": "\(asked.id)"],
            body: resident.acceptance(of: asked, at: nil) { claims in
                claims.pots = pots
                claims.discount = ApprovedDiscount(
                    id: discount.id,
                    amount: community.amount("5.00")
                )
            }
        )
        let paid = try answer.decode(Payment.self)
        #expect(paid.atDistance == true && paid.reimbursedAmount?.value == "5.00")
        #expect(
            try await resident.receipt(asked).parts.map(\.amount.value) == ["4.00", "1.00", "5.00"]
        )
        #expect(try await shop.refund(asked).status == 201)
        #expect(try await resident.available() == "14.00")
    }

    @Test func `a reservation at one end of the country speaks against a payment at the other`()
        async throws
    {
        let community = try await TestCommunity.make(
            rules: [.plausibleTravel(maxKilometresPerHour: 300)]
        )
        let (here, there) = (
            try await community.openShop(),
            try await community.openShop(at: Place(longitude: 5.5412, latitude: 52.0901))
        )
        let resident = try await community.resident(with: "50.00")
        let held = try await resident.pay(here.request("1.00", holdFor: 60), at: nil)
        #expect(held.status == 201)
        let refused = try await resident.pay(there.request("1.00"), at: nil)
        #expect(refused.problem?.verdict?.rules.first?.reason == "travel-implausible")
    }
}
