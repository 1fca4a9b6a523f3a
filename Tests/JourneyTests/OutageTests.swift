import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// A database that goes away for a while.
@Suite struct OutageTests {
    @Test func `without its database every service answers 503 and recovers by itself`()
        async throws
    {
        try await TestClient.$comesBack.withValue(false) {
            try await TestStack.withOwn { stack in try await outage(of: stack) }
        }
    }

    private func outage(of stack: LocalStack) async throws {
        let community = try await TestCommunity.make(on: stack)
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "10.00")
        let payment = try await shop.request("1.00")
        // Tokens in hand, so that the answers come from the services themselves.
        for client in [community.clerk, community.administrator, resident.phone] {
            _ = try await client.accessToken()
        }
        let lost = try await community.revokedPhone()
        await stack.cluster.stop()
        // What was known of revocations goes on counting.
        #expect(try await lost.call(.listWallets).status == 401)
        let answers = [
            try await resident.pay(payment),
            try await resident.phone.call(.listWallets),
            try await community.clerk.call(.listProgrammes),
            try await community.administrator.call(.listCoins),
            try await community.submit("<a/>", to: payment.id),
        ]
        for answer in answers {
            #expect(answer.status == 503)
            // What was under way on a connection that broke is not known yet.
            #expect(
                [.serviceUnavailable, .outcomeUnknown].contains(answer.problemType),
                "\(answer.text)"
            )
            #expect(Int(answer.headers["retry-after"] ?? "") != nil)
        }
        let accounts = community.administrator.urls[.accounts] ?? ""
        #expect(
            try await RawHTTP.send(method: "GET", url: accounts + "/health/live").status == 200
        )
        #expect(
            try await RawHTTP.send(method: "GET", url: accounts + "/health/ready").status == 503
        )
        try await stack.cluster.start()
        let paid = try await eventually("payments work again") {
            let answer = try await resident.pay(payment)
            return answer.status == 503 ? nil : answer
        }
        #expect(paid.status == 201)
        try await requireSoundBooks(of: stack)
    }
}

extension TestCommunity {
    /// A phone that was revoked, with a token that the wallet service has begun to refuse.
    fileprivate func revokedPhone() async throws -> TestClient {
        let phone = try await enrolPerson("Kwijt").phone
        _ = try await phone.accessToken()
        _ = try await administrator.call(
            .revokeClient,
            ["clientId": "\(phone.id)"],
            body: ClientRevocation(reason: "kwijt")
        ).decode(Client.self)
        return try await eventually("the phone is refused") {
            try await phone.call(.listWallets).status == 401 ? phone : nil
        }
    }
}
