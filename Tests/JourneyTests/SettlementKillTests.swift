import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// Two merchant services, one of which is killed again and again while coins become euros.
@Suite(.timeLimit(.minutes(15))) struct SettlementKillTests {
    @Test func `schedules and answers of the bank count once through kills and two instances`()
        async throws
    {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let second = try await SecondInstance.start(
                .merchant,
                of: stack,
                programs: TestStack.programs
            )
            let shops = try await shopsWithCoins(community, count: 4)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for shop in shops { group.addTask { try await redeemByItself(shop, community) } }
                group.addTask { try await killRepeatedly(stack) }
                try await group.waitForAll()
            }
            for shop in shops {
                let redemptions = try await redemptions(of: shop)
                #expect(redemptions.map(\.euro.value) == ["20.00"])
            }
            try await settleThroughKills(shops, community, stack)
            await second.stop()
            try await requireSoundBooks(of: stack)
        }
    }

    private func settleThroughKills(
        _ shops: [TestShop],
        _ community: TestCommunity,
        _ stack: LocalStack
    ) async throws {
        let (settlement, _) = try await community.settleAndRelease()
        #expect(settlement.count == shops.count)
        var movements: [TestBankFile.Movement] = []
        for (index, shop) in shops.enumerated() {
            let reference = try await redemptions(of: shop)[0].endToEndId
            movements.append(.init(reference, "20.00"))
            if index == 0 {
                movements.append(.init(reference, "20.00", isCredit: true, reason: "AC04"))
            }
        }
        let file = TestBankFile.statement(movements)
        let keys = (0..<6).map { _ in UUID().uuidString }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for key in keys {
                group.addTask {
                    let answer = try await insist {
                        try await community.importAnswer(file, key: key)
                    }.decode(BankAnswer.self)
                    #expect(answer.settledCount == 4 && answer.returnedCount == 1)
                }
            }
            group.addTask { try await killRepeatedly(stack) }
            try await group.waitForAll()
        }
        let done = try await insist {
            try await community.treasurer.call(
                .getSettlement,
                ["settlementId": "\(settlement.id)"]
            )
        }.decode(Settlement.self)
        #expect(done.state == .settled && done.settledCount == 3 && done.returnedCount == 1)
        let books = try await community.books()
        #expect(books.circulation == books.reserve)
    }

    private func shopsWithCoins(
        _ community: TestCommunity,
        count: Int
    ) async throws -> [TestShop] {
        let resident = try await community.resident(with: "100.00")
        var shops: [TestShop] = []
        for _ in 0..<count {
            let shop = try await community.openShop()
            #expect(try await resident.pay(try await shop.request("20.00")).status == 201)
            shops.append(shop)
        }
        return shops
    }

    /// The shop's day is today; returns when it has come.
    private func redeemByItself(_ shop: TestShop, _ community: TestCommunity) async throws {
        let path = ["merchantId": "\(shop.merchant)"]
        let key = UUID().uuidString
        _ = try await insist {
            try await shop.owner.call(
                .setRedemptionSchedule,
                path,
                body: RedemptionScheduleSetting(
                    weekday: community.days.weekday,
                    minimum: community.amount("10.00")
                ),
                key: key
            )
        }
        _ = try await eventually("the day of the schedule") {
            let answer = try await insist {
                try await shop.owner.call(.listRedemptionSchedules, path)
            }
            return try answer.decode(Page<RedemptionSchedule>.self).items
                .first { $0.lastOn != nil }
        }
    }

    private func redemptions(of shop: TestShop) async throws -> [Redemption] {
        try await insist { try await shop.owner.call(.listRedemptions) }
            .decode(Page<Redemption>.self).items
    }

    private func killRepeatedly(_ stack: LocalStack) async throws {
        guard let service = await stack.service(.merchant) else { return }
        for _ in 0..<4 {
            _ = await service.kill9()
            try await service.start()
        }
    }

    /// Asks again while nobody answers or the answer is 'later'.
    private func insist(
        _ ask: @Sendable () async throws -> TestAnswer
    ) async throws -> TestAnswer {
        try await eventually("an answer") {
            guard let answer = try? await ask() else { return nil }
            let isLater = answer.status == 503 || answer.problemType == .idempotencyKeyInFlight
            return isLater ? nil : answer
        }
    }
}
