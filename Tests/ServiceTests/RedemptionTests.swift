import API
import Foundation
import ISO20022
import TestSupport
import Testing

@Suite struct RedemptionTests {
    @Test func `redeemed coins are destroyed when their euros leave`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await shop.request("20.00")).status == 201)
        let before = try await community.books()

        let redemption = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(
                merchantId: shop.merchant,
                amount: community.amount("15.00")
            )
        ).decode(Redemption.self)
        #expect(redemption.state == .requested && redemption.euro.value == "15.00")
        #expect(try await community.books() == before)

        let (settlement, _) = try await community.settleAndRelease()
        #expect(settlement.count == 1 && settlement.total.value == "15.00")
        let path = ["settlementId": "\(settlement.id)"]
        let file = try await community.treasurer.call(.getSettlementFile, path)
        #expect(file.headers["content-type"] == "application/xml")
        #expect(file.text.contains(redemption.endToEndId))
        let reader = PaymentFileReader { _ in }
        reader.feed(Array(file.body))
        let report = reader.finish()
        #expect(report.verdict == .acceptable && report.controlSumMinorUnits == 1500)

        let confirmation = SettlementConfirmation(bankReference: "BANK-\(settlement.messageId)")
        let cut = SettlementConfirmation(
            bankReference: String(confirmation.bankReference.prefix(35))
        )
        let settled = try await community.treasurer.call(.confirmSettlement, path, body: cut)
            .decode(Settlement.self)
        #expect(settled.state == .settled)
        let again = try await community.treasurer.call(.confirmSettlement, path, body: cut)
        #expect(again.problemType == .settlementNotOpen)
        let after = try await community.books()
        #expect(after.circulation == after.reserve)
        #expect(cents(before.circulation) - cents(after.circulation) == 1500)
        let seen = try await shop.owner.call(
            .getRedemption,
            ["redemptionId": "\(redemption.id)"]
        ).decode(Redemption.self)
        #expect(seen.state == .settled && seen.settledAt != nil)
    }

    @Test func `nothing is redeemed or settled twice`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        #expect(try await community.settle().problemType == .nothingToSettle)
        func redeemAll() async throws -> TestAnswer {
            try await shop.owner.call(
                .requestRedemption,
                body: RedemptionRequest(merchantId: shop.merchant)
            )
        }
        #expect(try await redeemAll().problemType == .nothingToRedeem)
        #expect(try await resident.pay(try await shop.request("20.00")).status == 201)
        #expect(try await redeemAll().status == 201)
        #expect(try await redeemAll().problemType == .nothingToRedeem)
        #expect(try await community.settle().status == 201)
        #expect(try await community.settle().problemType == .nothingToSettle)
    }

    @Test func `another merchant's coins stay theirs`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let other = try await community.openShop()
        let answer = try await other.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: shop.merchant)
        )
        #expect(answer.problemType == .unknownMerchant)
        #expect(
            try await other.owner.call(
                .getMerchantBalance,
                ["merchantId": "\(shop.merchant)"]
            ).status == 404
        )
    }

    private func cents(_ text: String) -> Int { Int(text.replacing(".", with: "")) ?? .min }
}
