import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// A till and a phone whose service loses its database in the middle of what they ask.
@Suite(.timeLimit(.minutes(15))) struct UnknownOutcomeTests {
    /// Odd, so that cuts fall inside and between messages.
    private static let step = 397
    private static let longest = 6000

    @Test func `whoever asks again learns the one outcome, and nothing is charged twice`()
        async throws
    {
        let stack = try await TestStack.shared
        let community = try await TestCommunity.make(on: stack)
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "90.00")
        let proxy = try CuttingProxy(serverDirectory: stack.cluster.socketDirectory)
        defer { proxy.stop() }
        let service = try await SecondInstance.start(
            .merchant,
            of: stack,
            programs: TestStack.programs,
            databaseHost: proxy.directory,
            connections: 1
        )
        var urls = shop.till.urls
        urls[.merchant] = await service.url
        let (till, phone) = (shop.till.at(urls), resident.phone.at(urls))
        var paid: [Identifier] = []
        var unknown = 0
        var cuts: [(CuttingProxy) -> Void] = [{ $0.armCommit() }]
        for direction in CuttingProxy.Direction.allCases {
            for bytes in stride(from: 1, through: Self.longest, by: Self.step) {
                cuts.append { $0.arm(direction, afterBytes: bytes) }
            }
        }
        for cut in cuts {
            cut(proxy)
            let (asked, first) = try await insist(
                till,
                .requestPayment,
                body: PaymentRequest(amount: community.amount("1.00"), reference: "bon")
            )
            let payment = try asked.decode(Payment.self)
            let acceptance = try resident.acceptance(of: payment)
            let (answer, second) = try await insist(
                phone,
                .acceptPayment,
                ["paymentId": "\(payment.id)"],
                body: acceptance
            )
            #expect(try answer.decode(Payment.self).state == .accepted)
            unknown += first + second
            // By its id it is the same, at an instance that was never cut off.
            let seen = try await shop.till.call(
                .getPayment,
                ["paymentId": "\(payment.id)"]
            ).decode(Payment.self)
            #expect(seen.state == .accepted)
            paid.append(payment.id)
        }
        #expect(proxy.cuts > 5)
        #expect(unknown > 0, "it was always known at once")
        #expect(Set(paid).count == paid.count)
        await service.stop()
        let all = try await shop.owner.call(.listPayments, query: "limit=250")
            .decode(Page<Payment>.self).items
        #expect(Set(all.map(\.id)) == Set(paid), "asked once, there is one payment")
        let balance = try await shop.owner.call(
            .getMerchantBalance,
            ["merchantId": "\(shop.merchant)"]
        ).decode(MerchantBalance.self)
        #expect(balance.posted.value == "\(paid.count).00")
        // Numbers of events have no gaps, whatever was rolled back.
        let numbers = try await shop.numbersOfEvents(stack)
        #expect(numbers == Array(1...Int64(paid.count * 2)))
    }

    /// The answer in the end, and how often it was not known before; the key and the request are the
    /// same every time.
    private func insist(
        _ client: TestClient,
        _ operation: API.Operation,
        _ path: [String: String] = [:],
        body: any Encodable & Sendable
    ) async throws -> (TestAnswer, unknown: Int) {
        let key = UUID().uuidString
        var unknown = 0
        let answer = try await eventually("an answer") {
            let answer = try await client.call(operation, path, body: body, key: key)
            switch answer.problemType {
            case .outcomeUnknown, .serviceUnavailable, .idempotencyKeyInFlight:
                #expect(Int(answer.headers["retry-after"] ?? "") != nil)
                if answer.problemType == .outcomeUnknown { unknown += 1 }
                return nil as TestAnswer?
            default:
                return answer
            }
        }
        #expect(answer.status == 201, "\(answer.text)")
        return (answer, unknown)
    }
}
