import API
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@Suite struct EventTests {
    @Test func `the till sees the payment accepted at once`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "10.00")
        let payment = try await shop.request("2.00")
        let operation = API.Operation.streamPaymentEvents
        let url = shop.till.base(of: operation) + "/v1/payments/\(payment.id)/events"
        let token = try await shop.till.accessToken()
        var request = HTTPClientRequest(url: url)
        for (name, value) in try shop.till.credentials(token, method: "GET", url: url) {
            request.headers.add(name: name, value: value)
        }
        let response = try await RawHTTP.client.execute(request, timeout: .seconds(180))
        #expect(response.headers.first(name: "Content-Type") == MediaType.events)

        var text = ""
        var hasPaid = false
        for try await chunk in response.body {
            text += String(buffer: chunk)
            if !hasPaid, text.contains("\n\n") {
                hasPaid = true
                #expect(try await resident.pay(payment).status == 201)
            }
        }
        // The stream ended by itself: accepted is final.
        let states = try text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map {
            try JSONDecoder().decode(Payment.self, from: Data($0.dropFirst(6).utf8)).state
        }
        #expect(states == [.requested, .accepted])
        #expect(text.hasPrefix("event: payment\n"))
    }
}
