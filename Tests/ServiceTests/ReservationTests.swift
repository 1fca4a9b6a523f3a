import API
import TestSupport
import Testing

/// Reservations from request to the last capture, as shop and payer see them.
@Suite struct ReservationTests {
    @Test func `a reservation keeps coins, and captures take them in parts`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let asked = try await shop.request("20.00", holdFor: 3600)
        #expect(asked.state == .requested && asked.hold?.openAmount.value == "0.00")
        let held = try await resident.pay(asked).decode(Payment.self)
        #expect(held.state == .held && held.verdict?.outcome == .accepted)
        #expect(held.hold?.openAmount.value == "20.00" && held.hold?.expiresAt != nil)
        #expect(try await resident.balance() == "50.00, 20.00 held")
        #expect(try await resident.available() == "30.00")
        #expect(try await shop.balance() == "0.00")

        let part = try await shop.capture(held, "12.50").decode(Capture.self)
        #expect(part.amount.value == "12.50" && part.openAmount.value == "7.50")
        #expect(try await resident.balance() == "37.50, 7.50 held")
        let seen = try await shop.see(held.id)
        #expect(seen.state == .held && seen.hold?.capturedAmount.value == "12.50")
        let rest = try await shop.capture(held).decode(Capture.self)
        #expect(rest.amount.value == "7.50" && rest.capturedAmount.value == "20.00")
        let done = try await shop.see(held.id)
        #expect(done.state == .captured && done.hold?.endedAt != nil)
        #expect(try await shop.capture(held, "0.01").problemType == .holdEnded)
        #expect(try await shop.void(held).problemType == .holdEnded)
        #expect(try await resident.balance() == "30.00, 0.00 held")
        #expect(try await shop.balance() == "20.00")

        let captures = try await shop.till.call(
            .listPayments,
            query: "reservationId=\(held.id)"
        ).decode(Page<Payment>.self).items
        #expect(captures.map(\.id) == [rest.id, part.id])
        #expect(captures.allSatisfy { $0.state == .accepted && $0.challenge == nil })
        let lines = try await resident.phone.call(
            .listStatementLines,
            ["walletId": "\(resident.wallet)"],
            query: "limit=3"
        ).decode(Page<StatementLine>.self).items
        #expect(lines.map(\.reservationId) == [held.id, held.id, nil])
        #expect(lines.prefix(2).map(\.amount.value) == ["-7.50", "-12.50"])
    }

    @Test func `a reservation draws on the pots in the order of a payment`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let friend = try await community.resident(with: "10.00")
        let gift = try await friend.give("5.00", to: resident)
        #expect(gift.status == 201)
        func pots() async throws -> [(posted: String, held: String)] {
            try await resident.phone.call(.getWallet, ["walletId": "\(resident.wallet)"])
                .decode(Wallet.self).pots.map { ($0.posted.value, $0.held.value) }
        }
        let held = try await shop.reserve("52.00", of: resident)
        #expect(try await pots().map { $0.held } == ["50.00", "2.00"])
        #expect(try await shop.capture(held, "51.00", releasesRest: true).status == 201)
        #expect(try await pots().map { $0.posted } == ["0.00", "4.00"])
        #expect(try await pots().map { $0.held } == ["0.00", "0.00"])
        let all = try await shop.request("4.01", holdFor: 60)
        #expect(try await resident.pay(all).problemType == .insufficientFunds)
    }

    @Test func `what is voided goes back, what was captured is refunded on its own`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let held = try await shop.reserve("20.00", of: resident)
        let capture = try await shop.capture(held, "5.00", releasesRest: true)
            .decode(Capture.self)
        #expect(capture.openAmount.value == "0.00")
        let over = try await shop.see(held.id)
        #expect(over.state == .captured && over.hold?.releasedAmount.value == "15.00")
        #expect(try await resident.available() == "45.00")
        func refund(_ payment: Identifier) async throws -> TestAnswer {
            try await shop.owner.call(
                .refundPayment,
                ["paymentId": "\(payment)"],
                body: RefundCreation(reason: "bestelling weg")
            )
        }
        #expect(try await refund(held.id).problemType == .paymentNotAccepted)
        #expect(try await refund(capture.id).status == 201)
        #expect(try await refund(capture.id).problemType == .alreadyRefunded)
        #expect(try await resident.available() == "50.00")
        #expect(try await shop.see(capture.id).state == .refunded)

        let other = try await shop.reserve("8.00", of: resident)
        let voided = try await shop.void(other, by: shop.owner).decode(Payment.self)
        #expect(voided.state == .voided && voided.hold?.releasedAmount.value == "8.00")
        #expect(try await resident.balance() == "50.00, 0.00 held")
        #expect(try await shop.capture(other).problemType == .holdEnded)
        #expect(try await refund(other.id).problemType == .paymentNotAccepted)
    }

    @Test func `a capture has the VAT that is told with it, or all of its reservation's`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        func vat(_ value: String) -> [VATPart] {
            [VATPart(rateBasisPoints: 900, amount: community.amount(value))]
        }
        func reserve() async throws -> Payment {
            let asked = try await shop.till.call(
                .requestPayment,
                body: PaymentRequest(
                    amount: community.amount("20.00"),
                    holdSeconds: 3600,
                    vat: vat("1.65")
                )
            ).decode(Payment.self)
            return try await resident.pay(asked).decode(Payment.self)
        }
        func capture(
            _ reservation: Payment,
            _ value: String?,
            _ vat: [VATPart]?
        ) async throws -> TestAnswer {
            try await shop.till.call(
                .capturePayment,
                ["paymentId": "\(reservation.id)"],
                body: CaptureCreation(amount: value.map { community.amount($0) }, vat: vat)
            )
        }
        let parts = try await reserve()
        let told = try await capture(parts, "12.00", vat("0.99")).decode(Capture.self)
        #expect(try await shop.see(told.id).vat == vat("0.99"))
        let silent = try await capture(parts, "3.00", nil).decode(Capture.self)
        #expect(try await shop.see(silent.id).vat == nil)
        // More than the part, whether the request says how much that is or the reservation.
        #expect(try await capture(parts, "2.00", vat("2.01")).problemType == .invalidRequest)
        #expect(try await capture(parts, nil, vat("5.01")).problemType == .invalidRequest)
        let rest = try await capture(parts, nil, vat("0.41")).decode(Capture.self)
        #expect(rest.amount.value == "5.00")
        #expect(try await shop.see(rest.id).vat == vat("0.41"))
        let whole = try await capture(try await reserve(), nil, nil).decode(Capture.self)
        #expect(try await shop.see(whole.id).vat == vat("1.65"))
    }

    @Test func `the payer sees what is kept and what became of it`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let stranger = try await community.resident(with: "1.00")
        let captured = try await shop.reserve("4.00", of: resident)
        let voided = try await shop.reserve("3.00", of: resident)
        let kept = try await shop.reserve("2.00", of: resident)
        #expect(try await shop.capture(captured).status == 201)
        #expect(try await shop.void(voided).status == 201)
        #expect(try await shop.capture(kept, "0.50").status == 201)
        let holds = try await resident.holds()
        #expect(holds.map(\.paymentId) == [kept.id, voided.id, captured.id])
        #expect(holds.map(\.state) == [.held, .voided, .captured])
        #expect(holds.map(\.openAmount.value) == ["1.50", "0.00", "0.00"])
        #expect(holds.map(\.capturedAmount.value) == ["0.50", "0.00", "4.00"])
        #expect(holds[0].counterparty.name == "Bakkerij Oost" && holds[0].endedAt == nil)
        #expect(try await resident.holds(query: "state=held").map(\.paymentId) == [kept.id])
        #expect(try await stranger.holds().isEmpty)
        let foreign = try await stranger.phone.call(
            .listWalletHolds,
            ["walletId": "\(resident.wallet)"]
        )
        #expect(foreign.problemType == .notFound)
        let seen = try await resident.phone.call(.getPayment, ["paymentId": "\(kept.id)"])
            .decode(Payment.self)
        #expect(seen.hold?.capturedAmount.value == "0.50" && seen.challenge == nil)
    }

    @Test func `a reservation whose time is over goes back by itself`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let (untouched, begun) = (
            try await shop.reserve("20.00", of: resident),
            try await shop.reserve("10.00", of: resident)
        )
        #expect(try await shop.capture(begun, "4.00").status == 201)
        for reservation in [untouched, begun] {
            try await community.endTerm(of: reservation)
            // At once, whether or not a worker came by already.
            #expect(try await shop.capture(reservation).problemType == .holdEnded)
            #expect(try await shop.void(reservation).problemType == .holdEnded)
        }
        #expect(try await shop.see(untouched.id).state == .expired)
        let partly = try await shop.see(begun.id)
        #expect(partly.state == .captured && partly.hold?.releasedAmount.value == "6.00")
        #expect(try await resident.holds(query: "state=expired").count == 2)
        _ = try await eventually("the coins are back") {
            try await resident.available() == "46.00" ? true : nil
        }
        let expired = try await shop.till.call(.listPayments, query: "state=expired")
            .decode(Page<Payment>.self).items
        #expect(expired.map(\.id) == [untouched.id])
    }
}
