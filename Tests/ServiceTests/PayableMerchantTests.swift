import API
import Foundation
import Postgres
import TestSupport
import Testing

/// To whom is paid, and by itself.
@Suite struct PayableMerchantTests {
    @Test func `nothing is paid to a bank account that nobody has verified`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop(payable: false)
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await shop.request("20.00")).status == 201)
        let path = ["merchantId": "\(shop.merchant)"]
        let merchant = try await shop.owner.call(.getMerchant, path).decode(Merchant.self)
        #expect(merchant.ibanState == .unverified)
        let refused = try await redeem(shop)
        #expect(refused.problemType == .ibanNotVerified)

        let request = try #require(
            try await community.administrator.call(.listMerchantIbans, path)
                .decode(Page<IbanRequest>.self).items.first
        )
        let verification = ["ibanRequestId": "\(request.id)"].merging(path) { one, _ in one }
        let proof = IbanRequestVerification(iban: TestIBAN.number(900_001), evidence: "pas")
        let own = try await community.administrator.call(
            .verifyMerchantIban,
            verification,
            body: proof
        )
        #expect(own.problemType == .secondPersonRequired)
        let wrong = try await community.colleague.call(
            .verifyMerchantIban,
            verification,
            body: IbanRequestVerification(iban: TestIBAN.number(900_009), evidence: "pas")
        )
        #expect(wrong.problemType == .ibanMismatch)
        try await community.verifyIban(of: shop.merchant)
        #expect(try await redeem(shop).status == 201)
    }

    @Test func `the account before stays payable until somebody has seen the new one`()
        async throws
    {
        let scene = try await SettlementScene.make([])
        let path = ["merchantId": "\(scene.shop.merchant)"]
        let first = try await change(scene, to: 900_002)
        let second = try await change(scene, to: 900_003)
        #expect(try await redeem(scene.shop, "1.00", scene.community).status == 201)
        let (settlement, _) = try await scene.community.settleAndRelease()
        let file = try await scene.community.treasurer.call(
            .getSettlementFile,
            ["settlementId": "\(settlement.id)"]
        )
        #expect(file.text.contains(TestIBAN.number(900_001)))
        func verify(_ request: IbanRequest, _ number: Int) async throws -> TestAnswer {
            try await scene.community.colleague.call(
                .verifyMerchantIban,
                ["ibanRequestId": "\(request.id)"].merging(path) { one, _ in one },
                body: IbanRequestVerification(iban: TestIBAN.number(number), evidence: "pas")
            )
        }
        #expect(try await verify(first, 900_002).problemType == .ibanRequestNotOpen)
        let verified = try await verify(second, 900_003).decode(Merchant.self)
        #expect(verified.ibanMasked == second.ibanMasked && verified.ibanState == .verified)
    }

    @Test func `a schedule redeems once on its day`() async throws {
        let scene = try await SettlementScene.make([])
        #expect(try await schedule(scene.shop, "30.00", scene.community).isActive)
        let schedule = try await untilItsDayCame(of: scene.shop)
        #expect(schedule.lastOutcome == .redeemed)
        #expect(try await scene.available() == "0.00")
        let list = try await scene.shop.owner.call(.listRedemptions)
            .decode(Page<Redemption>.self).items
        #expect(list.count == 1 && list.first?.scheduledOn == schedule.lastOn)
        // Set again on the same day, it goes on next week.
        let next = try await self.schedule(scene.shop, "1.00", scene.community)
        #expect(next.nextOn == schedule.nextOn && next.nextOn != schedule.lastOn)
    }

    @Test func `a schedule that fails does not keep the others`() async throws {
        let scene = try await SettlementScene.make([])
        let community = scene.community
        _ = try await schedule(scene.shop, "1.00", scene.community)
        let first = try await untilItsDayCame(of: scene.shop)
        // The day comes once more, as if it had not been: the database takes no second redemption.
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await scene.shop.request("5.00")).status == 201)
        let day = try #require(first.lastOn)
        try await community.change(
            """
            UPDATE merchant.redemption_schedule
               SET next_on = \(day)::text::date, last_on = NULL, last_outcome = NULL
             WHERE community_id = \(community.id.uuid)
               AND merchant_id = \(scene.shop.merchant.uuid)
            """
        )
        let other = try await community.openShop()
        #expect(try await resident.pay(try await other.request("7.00")).status == 201)
        _ = try await schedule(other, "1.00", community)
        #expect(try await untilItsDayCame(of: other).lastOutcome == .redeemed)
        #expect(try await other.available() == "0.00")
        #expect(try await scene.available() == "5.00")
    }

    /// Sets the schedule of a shop to today.
    private func schedule(
        _ shop: TestShop,
        _ minimum: String,
        _ community: TestCommunity
    ) async throws -> RedemptionSchedule {
        try await shop.owner.call(
            .setRedemptionSchedule,
            ["merchantId": "\(shop.merchant)"],
            body: RedemptionScheduleSetting(
                weekday: community.days.weekday,
                minimum: community.amount(minimum)
            )
        ).decode(RedemptionSchedule.self)
    }

    private func untilItsDayCame(of shop: TestShop) async throws -> RedemptionSchedule {
        try await eventually("the day of the schedule") {
            let schedules = try await shop.owner.call(
                .listRedemptionSchedules,
                ["merchantId": "\(shop.merchant)"]
            ).decode(Page<RedemptionSchedule>.self).items
            return schedules.first { $0.lastOn != nil }
        }
    }

    private func change(_ scene: SettlementScene, to number: Int) async throws -> IbanRequest {
        try await scene.shop.owner.call(
            .requestMerchantIban,
            ["merchantId": "\(scene.shop.merchant)"],
            body: IbanRequestCreation(iban: TestIBAN.number(number))
        ).decode(IbanRequest.self)
    }

    private func redeem(
        _ shop: TestShop,
        _ amount: String? = nil,
        _ community: TestCommunity? = nil
    ) async throws -> TestAnswer {
        try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(
                merchantId: shop.merchant,
                amount: amount.flatMap { community?.amount($0) }
            )
        )
    }
}
