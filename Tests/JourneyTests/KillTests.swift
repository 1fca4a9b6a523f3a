import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// Kill -9 of any part in the middle of payments: nothing acknowledged is lost, nothing doubled.
@Suite(.serialized) struct KillTests {
    /// What a phone learned of a payment.
    private struct Acknowledged: Sendable {
        let payment: Identifier
        let amount: Int
    }

    @Test(arguments: ["merchant", "wallet", "accounts", "disbursement", "postgres"])
    func `every acknowledged payment is there once after a kill`(victim: String) async throws {
        try await TestStack.withOwn { stack in try await payThroughKills(of: victim, on: stack) }
    }

    private func payThroughKills(of victim: String, on stack: LocalStack) async throws {
        let community = try await TestCommunity.make(on: stack)
        let shop = try await community.openShop()
        let residents = try await withThrowingTaskGroup(of: TestResident.self) { group in
            for _ in 0..<4 { group.addTask { try await community.resident(with: "100.00") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let payer = try await community.payer(with: "60.00")
        let acknowledged = try await withThrowingTaskGroup(of: [Acknowledged].self) { group in
            for resident in residents {
                group.addTask { try await payments(resident, at: shop, count: 12) }
            }
            group.addTask {
                await transfers(payer)
                return []
            }
            group.addTask {
                for _ in 0..<3 { try await kill(victim, of: stack) }
                return []
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(acknowledged.count == 48)

        // Each is there, accepted, and the shop has exactly their sum.
        for one in acknowledged {
            let payment = try await insist {
                try await shop.till.call(.getPayment, ["paymentId": "\(one.payment)"])
            }.decode(Payment.self)
            #expect(payment.state == .accepted)
        }
        let balance = try await insist {
            try await shop.owner.call(.getMerchantBalance, ["merchantId": "\(shop.merchant)"])
        }.decode(MerchantBalance.self)
        let sum = acknowledged.reduce(0) { $0 + $1.amount }
        #expect(balance.posted.value == "\(sum).00")
        #expect(payer.history.counts.acknowledged > 0)
        try await requireKept(payer.history, in: community)
        try await requireSoundBooks(of: stack)
        let books = try await community.books()
        #expect(books.circulation == books.reserve)
    }

    /// Pays one euro after another, each until there is an answer, with the same key and request.
    private func payments(
        _ resident: TestResident,
        at shop: TestShop,
        count: Int
    ) async throws -> [Acknowledged] {
        var done: [Acknowledged] = []
        for _ in 0..<count {
            let requestKey = UUID().uuidString
            let request = try await insist {
                try await shop.till.call(
                    .requestPayment,
                    body: PaymentRequest(
                        amount: Amount(value: "1.00", coin: TestCommunity.coin)
                    ),
                    key: requestKey
                )
            }.decode(Payment.self)
            let acceptance = try resident.acceptance(of: request)
            let key = UUID().uuidString
            let accepted = try await insist {
                try await resident.phone.call(
                    .acceptPayment,
                    ["paymentId": "\(request.id)"],
                    body: acceptance,
                    key: key
                )
            }.decode(Payment.self)
            #expect(accepted.state == .accepted)
            done.append(Acknowledged(payment: accepted.id, amount: 1))
        }
        return done
    }

    /// Sends more than there is, so that the last ones are refused; some give up at once and never
    /// learn what became of it.
    private func transfers(_ payer: Payer) async {
        await withTaskGroup { group in
            for hand in 0..<4 {
                group.addTask {
                    for number in 0..<8 {
                        let attempts = (hand + number) % 5 == 0 ? 1 : 400
                        await payer.send(250, attempts: attempts)
                    }
                }
            }
        }
    }

    /// Asks again while nobody answers or the answer is 'later'.
    private func insist(
        _ ask: @Sendable () async throws -> TestAnswer
    ) async throws -> TestAnswer {
        try await eventually("an answer") {
            do {
                let answer = try await ask()
                // 409: the first attempt, whose connection broke, is still being answered.
                let isLater =
                    answer.status == 503 || answer.problemType == .idempotencyKeyInFlight
                return isLater ? nil : answer
            } catch is UnexpectedAnswer {
                return nil
            } catch is DecodingError {
                return nil
            } catch {
                // The connection was refused or broke.
                return nil
            }
        }
    }

    private func kill(_ victim: String, of stack: LocalStack) async throws {
        if victim == "postgres" {
            try await stack.cluster.kill9()
            try await stack.cluster.start()
        } else if let name = ServiceName(rawValue: victim), let service = await stack.service(name)
        {
            _ = await service.kill9()
            try await service.start()
        }
    }
}
