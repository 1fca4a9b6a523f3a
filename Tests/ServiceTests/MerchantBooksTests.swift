import API
import Foundation
import TestSupport
import Testing

/// Whatever moves a merchant's account stands in its closings and statements, once and with its VAT.
@Suite struct MerchantBooksTests {
    @Test func `every act that moves an account is in the closings and the statement`() async throws
    {
        let scene = try await Scene.make()
        let (community, shop, resident) = (scene.community, scene.shop, scene.resident)
        let sponsored = try await scene.payWithDiscount("20.00")
        let reservation = try await shop.reserve("10.00", of: resident)
        #expect(try await shop.capture(reservation, "4.00").status == 201)
        #expect(try await shop.capture(reservation).status == 201)
        for part in ["3.00", "2.00"] {
            #expect(try await shop.refund(sponsored, part).status == 201)
        }
        let mistyped = try await shop.request("9.00")
        #expect(try await resident.pay(mistyped).status == 201)
        #expect(try await shop.correct(mistyped, to: "0.90", by: shop.owner).status == 201)
        try await scene.fundAndEndDiscount("6.00")
        let first = try await scene.close()
        #expect(first.takings.value == "39.00" && first.takingsCount == 4)
        #expect(first.refunds.value == "-13.10" && first.refundsCount == 3)
        #expect(first.others.value == "0.00" && first.othersCount == 2)

        // Handed in with a fee and a share, and refused by the bank; then handed in again.
        try await scene.setTerms()
        let refused = try await scene.redeem()
        let (settlement, _) = try await community.settleAndRelease()
        let answer = try await community.importAnswer(
            TestBankFile.status(of: settlement.messageId, lines: [(refused.endToEndId, "RJCT")])
        ).decode(BankAnswer.self)
        #expect(answer.returnedCount == 1)
        _ = try await scene.redeem()
        let owed = try await shop.refund(sponsored, "5.00").decode(Refund.self)
        #expect(owed.state == .owed)
        let second = try await scene.close()
        #expect(second.opening.value == "25.90" && second.closing.value == "0.00")
        #expect(second.redemptions.value == "-25.90" && second.redemptionsCount == 3)
        #expect(second.refundsCount == 0)

        #expect(try await resident.pay(try await shop.request("7.00")).status == 201)
        _ = try await eventually("the refund that was owed") {
            try await shop.available() == "2.00" ? true : nil
        }
        let reversed = try await shop.request("1.00")
        #expect(try await resident.pay(reversed).status == 201)
        _ = try await community.administrator.call(
            .createCorrection,
            body: CorrectionCreation(transferId: reversed.id, reason: "verkeerde winkel")
        ).decode(Correction.self)
        let third = try await scene.close()
        #expect(third.takings.value == "8.00" && third.refunds.value == "-5.00")
        #expect(third.others.value == "-1.00" && third.closing.value == "2.00")
        // All of it belongs to the till, and none of it to another shop.
        #expect(third.lines.map(\.terminalId) == [shop.terminal])
        try await scene.requireStatement(
            [
                "payment": 4700, "refund": -1810, "correction": -100, "redemption": -5180,
                "redemption-return": 2590, "promotion": 0,
            ],
            closing: 200
        )
    }

    @Test func `VAT goes along with what is captured and what goes back, to the cent`() async throws
    {
        let scene = try await Scene.make()
        let shop = scene.shop
        let payment = try await scene.ask("10.00", vat: [(2100, "1.00"), (900, "0.34")])
        #expect(try await scene.resident.pay(payment).status == 201)
        for part in ["3.33", "3.33", "3.34"] {
            #expect(try await shop.refund(payment, part).status == 201)
        }
        let reservation = try await scene.ask("8.00", vat: [(900, "0.66")], holdFor: 600)
        #expect(try await scene.resident.pay(reservation).status == 201)
        let told = try await scene.capture(reservation, "5.00", vat: [(2100, "0.87")])
        #expect(told.status == 201)
        let captured = try await shop.see(try told.decode(Capture.self).id)
        #expect(captured.vat?.map(\.amount.value) == ["0.87"])
        let tooMuch = try await scene.capture(reservation, nil, vat: [(2100, "3.01")])
        #expect(tooMuch.problemType == .invalidRequest)
        #expect(try await shop.capture(reservation).status == 201)
        let whole = try await scene.ask("2.00", vat: [(900, "0.17")], holdFor: 600)
        #expect(try await scene.resident.pay(whole).status == 201)
        #expect(try await shop.capture(whole).status == 201)

        let rows = try await scene.statement()
        #expect(
            rows.map { $0[13] } == [
                "", "21.00%=1.00 9.00%=0.34", "21.00%=-0.33 9.00%=-0.11",
                "21.00%=-0.33 9.00%=-0.12", "21.00%=-0.34 9.00%=-0.11", "21.00%=0.87", "",
                "9.00%=0.17", "",
            ]
        )
    }
}

extension MerchantBooksTests {
    /// A shop with a customer.
    private struct Scene {
        let community: TestCommunity
        let shop: TestShop
        let resident: TestResident

        static func make() async throws -> Scene {
            let community = try await TestCommunity.make()
            let shop = try await community.openShop()
            let resident = try await community.resident(with: "60.00")
            return Scene(community: community, shop: shop, resident: resident)
        }

        /// Pays with a tenth from a sponsor.
        func payWithDiscount(_ value: String) async throws -> Payment {
            let discount = try await community.discount(
                DiscountCreation(
                    name: "Extra",
                    coin: TestCommunity.coin,
                    kind: .percentage,
                    percent: 10
                ),
                of: community.fundedProgramme(),
                with: "50.00"
            )
            let payment = try await shop.request(value)
            let share = try #require(try await resident.quote(payment).offers.first).amount.value
            let paid = try await resident.pay(payment, discount: discount.id, share)
            return try paid.decode(Payment.self)
        }

        /// The shop sets coins aside for a discount of its own and takes them back.
        func fundAndEndDiscount(_ value: String) async throws {
            let discount = try await shop.discount(
                DiscountCreation(
                    name: "Actie",
                    coin: TestCommunity.coin,
                    kind: .percentage,
                    percent: 10
                )
            )
            let path = ["discountId": "\(discount.id)"]
            let funding = DiscountFunding(amount: community.amount(value))
            #expect(try await shop.owner.call(.fundDiscount, path, body: funding).status == 201)
            let ended = try await shop.owner.call(
                .endDiscount,
                path,
                body: DiscountEnding(reason: "voorbij")
            )
            #expect(ended.status == 201)
        }

        func setTerms() async throws {
            _ = try await community.administrator.call(
                .setRedemptionPolicy,
                ["coinCode": TestCommunity.coin],
                body: RedemptionPolicySetting(
                    feeFixed: community.amount("0.10"),
                    feeBasisPoints: 50,
                    communityBasisPoints: 100
                )
            ).decode(RedemptionPolicy.self)
        }

        func redeem() async throws -> Redemption {
            try await shop.owner.call(
                .requestRedemption,
                body: RedemptionRequest(merchantId: shop.merchant)
            ).decode(Redemption.self)
        }

        func ask(
            _ value: String,
            vat: [(Int, String)],
            holdFor: Int? = nil
        ) async throws -> Payment {
            try await shop.till.call(
                .requestPayment,
                body: PaymentRequest(
                    amount: community.amount(value),
                    holdSeconds: holdFor,
                    vat: parts(vat)
                )
            ).decode(Payment.self)
        }

        func capture(
            _ reservation: Payment,
            _ value: String?,
            vat: [(Int, String)]
        ) async throws -> TestAnswer {
            try await shop.till.call(
                .capturePayment,
                ["paymentId": "\(reservation.id)"],
                body: CaptureCreation(amount: value.map(community.amount), vat: parts(vat))
            )
        }

        private func parts(_ vat: [(Int, String)]) -> [VATPart] {
            vat.map { VATPart(rateBasisPoints: $0, amount: community.amount($1)) }
        }

        /// A closing, which equals the account.
        func close() async throws -> Closing {
            let closing = try await shop.owner.call(.makeClosing, ["shopId": "\(shop.shop)"])
                .decode(Closing.self)
            #expect(closing.closing == closing.accountBalance)
            #expect(try await shop.balance() == closing.closing.value)
            return closing
        }

        /// The lines of this year's statement, opening and closing included.
        func statement() async throws -> [[Substring]] {
            return try await shop.owner.call(
                .getMerchantStatementCSV,
                ["merchantId": "\(shop.merchant)", "period": "\(community.days.year)"]
            ).text.split(separator: "\r\n").dropFirst().map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
        }

        /// What the postings of each kind add up to, with a balance that follows them.
        func requireStatement(_ sums: [String: Int], closing: Int) async throws {
            let rows = try await statement()
            var (found, balance): ([String: Int], Int) = ([:], 0)
            for row in rows.dropFirst().dropLast() {
                found[String(row[3]), default: 0] += cents(row[4])
                balance += cents(row[4])
                #expect(cents(row[5]) == balance)
            }
            #expect(found == sums)
            #expect(balance == closing && rows.last.map { cents($0[5]) } == closing)
        }

        private func cents(_ text: some StringProtocol) -> Int {
            Int(String(text).replacing(".", with: "")) ?? .min
        }
    }
}
