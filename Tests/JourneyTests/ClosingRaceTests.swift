import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// Closings while people pay, at two instances of the merchant service on one database.
@Suite(.timeLimit(.minutes(15))) struct ClosingRaceTests {
    @Test func `every posting is in one closing, however they race`() async throws {
        let stack = try await TestStack.shared
        let community = try await TestCommunity.make(on: stack)
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        // Started once, the service has the configuration that the second instance takes.
        let second = try await SecondInstance.start(
            .merchant,
            of: stack,
            programs: TestStack.programs
        )
        let result: Result<Void, any Error>
        do {
            result = .success(try await race(community, shop, resident, second))
        } catch {
            result = .failure(error)
        }
        await second.stop()
        try result.get()
    }

    private func race(
        _ community: TestCommunity,
        _ shop: TestShop,
        _ resident: TestResident,
        _ second: ServiceProcess
    ) async throws {
        var urls = shop.owner.urls
        urls[.merchant] = await second.url
        let there = urls
        let owners = [shop.owner, shop.owner.at(there)]
        try await withThrowingTaskGroup { group in
            for lane in 0..<4 {
                group.addTask {
                    for number in 0..<10 {
                        let payment = try await shop.request("0.\(lane + 1)\(number)")
                        let phone =
                            lane.isMultiple(of: 2)
                            ? resident.phone : resident.phone.at(there)
                        let paid = try await phone.call(
                            .acceptPayment,
                            ["paymentId": "\(payment.id)"],
                            body: resident.acceptance(of: payment)
                        )
                        #expect(paid.status == 201)
                    }
                }
            }
            for lane in 0..<2 {
                group.addTask {
                    for _ in 0..<8 {
                        _ = try await owners[lane].call(
                            .makeClosing,
                            ["shopId": "\(shop.shop)"]
                        ).decode(Closing.self)
                    }
                }
            }
            try await group.waitForAll()
        }
        let last = try await owners[0].call(.makeClosing, ["shopId": "\(shop.shop)"])
            .decode(Closing.self)
        let closings = try await owners[0].call(
            .listClosings,
            ["shopId": "\(shop.shop)"],
            query: "limit=100"
        ).decode(Page<Closing>.self).items
        #expect(closings.map(\.nr) == (1...17).reversed())
        #expect(closings.map(\.takingsCount).reduce(0, +) == 40)
        #expect(closings.map { cents($0.takings) }.reduce(0, +) == cents(last.closing))
        for (later, earlier) in zip(closings, closings.dropFirst()) {
            #expect(later.opening == earlier.closing)
            #expect(later.lastPosting >= earlier.lastPosting)
        }
        let balance = try await shop.owner.call(
            .getMerchantBalance,
            ["merchantId": "\(shop.merchant)"]
        ).decode(MerchantBalance.self)
        #expect(balance.posted.value == last.closing.value)
        try await requireSoundBooks(of: community.stack, in: community)
    }

    private func cents(_ amount: SignedAmount) -> Int {
        Int(amount.value.replacing(".", with: "")) ?? .min
    }
}
