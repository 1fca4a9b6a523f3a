import API
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import TestSupport
import Testing

/// The stream of what happens at a merchant.
@Suite struct EventStreamTests {
    /// One event as it came.
    private struct Heard: Equatable {
        let id: String
        let name: String
        let data: String
    }

    @Test func `who comes back with the last id has missed nothing and hears nothing twice`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "10.00")
        let first = try await shop.request("1.00")
        let begun = try await hear(shop.owner, after: "0", until: 1)
        #expect(begun.map(\.name) == ["start", "payment.requested"])
        #expect(begun.map(\.id) == ["0", "1"])
        // The line is broken while this happens.
        #expect(try await resident.pay(first).status == 201)
        for _ in 0..<150 { _ = try await shop.request("1.00") }
        let rest = try await hear(shop.owner, after: "1", until: 151)
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
        _ = try await hear(shop.owner, after: "0", until: 1)
        let (response, text) = (try await open(shop.till, query: "seconds=60"), Text())
        var heard: [Heard] = []
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
        _ = try await hear(shop.owner, after: "0", until: 3)
        #expect(try await hear(shop.till, after: "0", until: 2).map(\.id) == ["0", "1", "3"])
        #expect(try await hear(till, after: "0", until: 1).map(\.id) == ["0", "2"])
        let other = try await community.openShop()
        #expect(try await brief(other.owner, after: "0").map(\.name) == ["start"])
    }

    @Test func `who was away too long is told so`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        for _ in 0..<3 { _ = try await shop.request("1.00") }
        _ = try await hear(shop.owner, after: "0", until: 3)
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

    /// Opens a stream and hears so many events after its start.
    private func hear(
        _ client: TestClient,
        after last: String,
        until count: Int
    ) async throws -> [Heard] {
        let (response, text) = (try await open(client, after: last, query: "seconds=60"), Text())
        var heard: [Heard] = []
        for try await chunk in response.body {
            heard += text.add(chunk)
            if heard.count > count { break }
        }
        return heard
    }

    /// Everything that a stream of one second tells.
    private func brief(_ client: TestClient, after last: String) async throws -> [Heard] {
        let (response, text) = (try await open(client, after: last, query: "seconds=1"), Text())
        var heard: [Heard] = []
        for try await chunk in response.body { heard += text.add(chunk) }
        return heard
    }

    private func open(
        _ client: TestClient,
        after last: String? = nil,
        query: String
    ) async throws -> HTTPClientResponse {
        let url = client.base(of: .streamEvents) + "/v1/events?\(query)"
        var request = HTTPClientRequest(url: url)
        let token = try await client.accessToken()
        for (name, value) in try client.credentials(token, method: "GET", url: url) {
            request.headers.add(name: name, value: value)
        }
        if let last { request.headers.add(name: "Last-Event-ID", value: last) }
        let response = try await RawHTTP.client.execute(request, timeout: .seconds(90))
        #expect(response.status == .ok)
        #expect(response.headers.first(name: "Content-Type") == MediaType.events)
        return response
    }

    /// What came of a stream so far, in pieces of any size.
    private final class Text {
        private var pending = ""

        /// The events that are complete with this piece; comments are left out.
        func add(_ chunk: ByteBuffer) -> [Heard] {
            pending += String(buffer: chunk)
            var heard: [Heard] = []
            while let end = pending.firstRange(of: "\n\n") {
                let lines = pending[..<end.lowerBound].split(separator: "\n")
                pending.removeSubrange(..<end.upperBound)
                func value(_ name: String) -> String? {
                    lines.first { $0.hasPrefix("\(name): ") }
                        .map { String($0.dropFirst(name.count + 2)) }
                }
                if let id = value("id"), let name = value("event"), let data = value("data") {
                    heard.append(Heard(id: id, name: name, data: data))
                }
            }
            return heard
        }
    }
}
