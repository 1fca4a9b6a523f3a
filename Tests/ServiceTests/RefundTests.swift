import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Refunds in parts, refunds that are owed, and what was typed wrongly.
@Suite struct RefundTests {
    @Test(arguments: [UInt64(1), 7, 42, 2026])
    func `refunds in any parts return to every pot what it gave, to the cent`(seed: UInt64)
        async throws
    {
        var random = SeededGenerator(seed)
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        var pots: [(Programme, String)] = []
        for _ in 0..<3 {
            let units = Int64.random(in: 101...999, using: &random)
            pots.append((try await community.fundedProgramme(), Self.text(units)))
        }
        let resident = try await community.resident(with: pots)
        let sponsor = try await community.fundedProgramme()
        let discount = try await community.discount(
            DiscountCreation(
                name: "Extra",
                coin: TestCommunity.coin,
                kind: .percentage,
                percent: Int.random(in: 5...45, using: &random)
            ),
            of: sponsor,
            with: "100.00"
        )
        let total = pots.map { Self.units($0.1) }.reduce(0, +)
        let payment = try await shop.request(Self.text(total))
        let share = try #require(try await resident.quote(payment).offers.first).amount.value
        let paid = try await resident.pay(payment, discount: discount.id, share)
        #expect(paid.status == 201, "seed \(seed): \(paid.text)")
        let gave = try await resident.receipt(payment).parts.map { Self.units($0.amount.value) }
        #expect(gave.count > 1 && gave.reduce(0, +) == total)

        var left = gave
        while left.reduce(0, +) > 0 {
            let rest = left.reduce(0, +)
            let amount = min(rest, Int64.random(in: 1...max(1, total / 5), using: &random))
            let shares = Self.shared(left, amount)
            for index in left.indices { left[index] -= shares[index] }
            let refund = try await shop.refund(payment, Self.text(amount)).decode(Refund.self)
            #expect(refund.state == .posted && Self.units(refund.amount.value) == amount)
            let returned = try await resident.receipt(payment).parts.map {
                Self.units($0.returnedAmount.value)
            }
            #expect(returned == zip(gave, left).map { $0 - $1 }, "seed \(seed)")
        }
        #expect(try await shop.refund(payment, "0.01").problemType == .alreadyRefunded)
        let seen = try await shop.till.call(.getPayment, ["paymentId": "\(payment.id)"])
            .decode(Payment.self)
        #expect(seen.state == .refunded && seen.refundedAmount == seen.amount)
        #expect(seen.reimbursedAmount == nil)
        #expect(try await resident.available() == Self.text(total))
        #expect(try await shop.available() == "0.00")
    }

    @Test func `of many refunds at once no more goes back than was paid`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        #expect(try await resident.pay(payment).status == 201)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { try await shop.refund(payment, "3.00").status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 201 }.count == 3)
        #expect(try await resident.available() == "49.00")
        let rest = try await shop.refund(payment).decode(Refund.self)
        #expect(rest.amount.value == "1.00")
        #expect(try await resident.available() == "50.00")
    }

    @Test func `what was redeemed is owed, and the next takings pay it first`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("10.00")
        #expect(try await resident.pay(payment).status == 201)
        func redeem() async throws -> TestAnswer {
            try await shop.owner.call(
                .requestRedemption,
                body: RedemptionRequest(merchantId: shop.merchant)
            )
        }
        #expect(try await redeem().status == 201)
        let owed = try await shop.refund(payment, "6.00").decode(Refund.self)
        #expect(owed.state == .owed)
        #expect(try await resident.available() == "40.00")
        let seen = try await resident.phone.call(.getPayment, ["paymentId": "\(payment.id)"])
            .decode(Payment.self)
        #expect(seen.state == .accepted && seen.owedAmount?.value == "6.00")
        #expect(try await shop.refund(payment, "4.01").problemType == .refundExceeds)
        #expect(try await redeem().problemType == .refundsOwed)
        let books = try await community.books()
        #expect(books.circulation == books.reserve)

        #expect(try await resident.pay(try await shop.request("8.00")).status == 201)
        _ = try await eventually("the refund is paid") {
            try await resident.available() == "38.00" ? true : nil
        }
        #expect(try await shop.available() == "2.00")
        let after = try await resident.phone.call(.getPayment, ["paymentId": "\(payment.id)"])
            .decode(Payment.self)
        #expect(after.refundedAmount.value == "6.00" && after.owedAmount == nil)
        #expect(try await redeem().status == 201)
    }

    @Test
    func `what is owed to a wallet that is closed by then is undeliverable, and owed no more`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let gone = try await community.resident(with: "10.00")
        let other = try await community.resident(with: "20.00")
        let payment = try await shop.request("10.00")
        #expect(try await gone.pay(payment).status == 201)
        let back = try await shop.refund(payment, "1.00").decode(Refund.self)
        #expect(back.state == .posted)
        let again = try await shop.request("1.00")
        #expect(try await gone.pay(again).status == 201)
        func redeem() async throws -> Int {
            try await shop.owner.call(
                .requestRedemption,
                body: RedemptionRequest(merchantId: shop.merchant)
            ).status
        }
        func refunds(_ client: TestClient) async throws -> TestAnswer {
            try await client.call(.listRefunds, ["paymentId": "\(payment.id)"])
        }
        #expect(try await redeem() == 201)
        let owed = try await shop.refund(payment).decode(Refund.self)
        #expect(owed.state == .owed && owed.amount.value == "9.00")
        // Newest first, for both sides and nobody else.
        #expect(try await refunds(gone.phone).decode(Page<Refund>.self).items == [owed, back])
        #expect(try await refunds(other.phone).problemType == .notFound)

        let path = ["personId": "\(gone.person)"]
        #expect(try await community.administrator.call(.erasePerson, path).status == 201)
        #expect(try await other.pay(try await shop.request("12.00")).status == 201)
        let ended = try await eventually("the refund has ended") {
            let items = try await refunds(shop.till).decode(Page<Refund>.self).items
            return items.first?.state == .owed ? nil : items
        }
        #expect(ended.map(\.state) == [.undeliverable, .posted])
        #expect(ended.map(\.id) == [owed.id, back.id])
        let seen = try await shop.see(payment.id)
        #expect(seen.owedAmount == nil && seen.refundedAmount.value == "1.00")
        #expect(try await shop.available() == "12.00")
        #expect(try await redeem() == 201)
        let books = try await community.books()
        #expect(books.circulation == books.reserve)
    }

    @Test func `a mistyped amount is corrected at the till for some minutes, later by the owner`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("12.50")
        let early = try await shop.correct(payment, to: "1.25", by: shop.till)
        #expect(early.problemType == .paymentNotAccepted)
        #expect(try await resident.pay(payment).status == 201)
        let more = try await shop.correct(payment, to: "12.50", by: shop.till)
        #expect(more.problemType == .correctionNotLess)
        // Twice at once, or once again: the right amount is the right amount.
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { try await shop.correct(payment, to: "2.25", by: shop.till).status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 201 }.count == 1)
        #expect(try await resident.available() == "47.75")

        try await community.stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            _ = try await owner.execute(
                """
                UPDATE merchant.payment SET accepted_at = accepted_at - interval '16 minutes'
                 WHERE id = '\(rawSQL: payment.id.description)'
                """
            )
        }
        let late = try await shop.correct(payment, to: "1.25", by: shop.till)
        #expect(late.problemType == .correctionTooLate)
        let foreign = try await community.openShop()
        let stranger = try await shop.correct(payment, to: "1.25", by: foreign.owner)
        #expect(stranger.problemType == .notFound)
        let done = try await shop.correct(payment, to: "1.25", by: shop.owner).decode(Refund.self)
        #expect(done.amount.value == "1.00")
        #expect(try await resident.available() == "48.75")
    }

    /// The model: in proportion to what is left, units left over to the greatest remainders.
    private static func shared(_ left: [Int64], _ amount: Int64) -> [Int64] {
        let total = left.reduce(0, +)
        var shares = left.map { amount * $0 / total }
        let order = left.indices.sorted { first, second in
            let (one, other) = (amount * left[first] % total, amount * left[second] % total)
            return one == other ? first < second : one > other
        }
        let missing = Int(amount - shares.reduce(0, +))
        for index in order.prefix(missing) { shares[index] += 1 }
        return shares
    }

    private static func text(_ units: Int64) -> String {
        "\(units / 100).\(units % 100 < 10 ? "0" : "")\(units % 100)"
    }

    private static func units(_ text: String) -> Int64 {
        Int64(text.replacing(".", with: "")) ?? 0
    }
}

/// SplitMix64: the same numbers for the same seed.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
