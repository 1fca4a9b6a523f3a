import API
import AsyncHTTPClient
import Foundation
import Postgres
import TestSupport
import Testing

/// The stream of what happens at a merchant.
@Suite struct EventStreamTests {
    @Test func `who comes back with the last id has missed nothing and hears nothing twice`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "10.00")
        let first = try await shop.request("1.00")
        let begun = try await shop.owner.hear(.streamEvents, after: "0", until: 1)
        #expect(begun.map(\.name) == ["start", "payment.requested"])
        #expect(begun.map(\.id) == ["0", "1"])
        // The line is broken while this happens.
        #expect(try await resident.pay(first).status == 201)
        for _ in 0..<150 { _ = try await shop.request("1.00") }
        let rest = try await shop.owner.hear(.streamEvents, after: "1", until: 151)
        #expect(rest.map(\.id) == (1...152).map { "\($0)" })
        #expect(rest[1].name == "payment.accepted")
        let events = try rest.dropFirst().map {
            try JSONDecoder().decode(MerchantEvent.self, from: Data($0.data.utf8))
        }
        #expect(events.map(\.data.nr) == Array(2...152))
        #expect(events[0].data.subjectId == first.id)
    }

    @Test func `an event is heard when it happens`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        _ = try await shop.request("1.00")
        _ = try await shop.owner.hear(.streamEvents, after: "0", until: 1)
        let response = try await shop.till.open(.streamEvents, query: "seconds=600")
        let text = HeardText()
        var heard: [HeardEvent] = []
        var isAsked = false
        for try await chunk in response.body {
            heard += text.add(chunk)
            if heard.first?.name == "start", !isAsked {
                isAsked = true
                _ = try await shop.request("2.00")
            }
            if heard.count > 1 { break }
        }
        #expect(heard.map(\.id) == ["1", "2"])
        #expect(heard.map(\.name) == ["start", "payment.requested"])
    }

    @Test func `a till hears of its own payments, a cashier of the shops that it is let into`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let second = try await shop.owner.call(
            .registerTerminal,
            ["shopId": "\(shop.shop)"],
            body: TerminalRegistration(name: "kassa 2")
        ).decode(Terminal.self)
        let (till, _) = try await community.enrolDevice(code: second.activationCode.code)
        _ = try await shop.request("1.00")
        _ = try await till.call(
            .requestPayment,
            body: PaymentRequest(amount: community.amount("2.00"))
        ).decode(Payment.self)
        _ = try await shop.request("3.00")
        _ = try await shop.owner.hear(.streamEvents, after: "0", until: 3)
        #expect(
            try await shop.till.hear(.streamEvents, after: "0", until: 2).map(\.id) == [
                "0", "1", "3",
            ]
        )
        #expect(try await till.hear(.streamEvents, after: "0", until: 1).map(\.id) == ["0", "2"])
        let other = try await community.openShop()
        #expect(
            try await other.owner.hearBriefly(.streamEvents, after: "0").map(\.name) == ["start"]
        )
    }

    @Test func `who was away too long is told so`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        for _ in 0..<3 { _ = try await shop.request("1.00") }
        _ = try await shop.owner.hear(.streamEvents, after: "0", until: 3)
        let owner = try await OpenedDatabase.shared.owner
        _ = try await owner.execute(
            """
            UPDATE merchant.event SET occurred_at = now() - interval '40 days'
             WHERE merchant_id = \(shop.merchant.uuid) AND nr < 3
            """
        )
        _ = try await owner.query("SELECT merchant.forget_events(30, 1000)") {
            try $0.one().decode(Int64.self)
        }
        for (last, isKept) in [("0", false), ("1", false), ("2", true), ("3", true), ("4", false)] {
            let answer = try await shop.owner.call(
                .streamEvents,
                query: "seconds=1",
                headers: ["Last-Event-ID": last]
            )
            #expect((answer.status == 200) == isKept, "\(last)")
            if !isKept { #expect(answer.problemType == .eventsForgotten, "\(last)") }
        }
        let odd = try await shop.owner.call(
            .streamEvents,
            query: "seconds=1",
            headers: ["Last-Event-ID": "first"]
        )
        #expect(odd.problemType == .invalidRequest)
    }
}
