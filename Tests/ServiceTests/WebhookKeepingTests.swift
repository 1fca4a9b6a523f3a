import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// How a merchant keeps its webhooks.
@Suite struct WebhookKeepingTests {
    @Test func `after a rotation both secrets sign`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let receiver = try WebhookReceiver()
        defer { receiver.stop() }
        let webhook = try await shop.webhook(to: receiver.url)
        let path = ["webhookId": "\(webhook.id)"]
        let key = UUID().uuidString
        let rotated = try await shop.owner.call(.rotateWebhookSecret, path, key: key)
        let (old, new) = (
            try #require(webhook.secret), try #require(rotated.decode(Webhook.self).secret)
        )
        #expect(old != new)
        #expect(try rotated.decode(Webhook.self).oldSecretUntilAt != nil)
        // Asked again, it is the same rotation.
        let again = try await shop.owner.call(.rotateWebhookSecret, path, key: key)
        #expect(again.body == rotated.body)
        _ = try await shop.request("1.00")
        let message = try await eventually("the event") { receiver.received.first }
        #expect(message.isSigned(with: old) && message.isSigned(with: new))
        let stranger = try await shop.webhook(to: receiver.url + "/other")
        let other = try #require(stranger.secret)
        #expect(!message.isSigned(with: other))
        // The day is over.
        let owner = try await OpenedDatabase.shared.owner
        _ = try await owner.execute(
            """
            UPDATE merchant.webhook_endpoint SET old_secret_until = now()
             WHERE id = \(webhook.id.uuid)
            """
        )
        let payment = try await shop.request("2.00")
        let later = try await eventually("the next event") {
            try receiver.received.first {
                try $0.path == "/" && $0.event().data.subjectId == payment.id
            }
        }
        #expect(!later.isSigned(with: old) && later.isSigned(with: new))
    }

    @Test func `what was missed is sent again under the ids that it had`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let receiver = try WebhookReceiver()
        defer { receiver.stop() }
        let webhook = try await shop.webhook(to: receiver.url, types: ["payment.requested"])
        let path = ["webhookId": "\(webhook.id)"]
        _ = try await shop.request("1.00")
        _ = try await eventually("one event has arrived") {
            try await shop.deliveries(to: webhook.id).first { $0.state == .delivered }
        }
        #expect(try await shop.owner.call(.disableWebhook, path).status == 201)
        let replay = WebhookReplayRequest(fromAt: Instant(microseconds: 0))
        let refused = try await shop.owner.call(.replayWebhook, path, body: replay)
        #expect(refused.problemType == .webhookDisabled)
        for _ in 0..<3 { _ = try await shop.request("1.00") }
        // What has a number when it is enabled is not sent by itself.
        let owner = try await OpenedDatabase.shared.owner
        _ = try await eventually("all events have numbers") {
            try await owner.query(
                """
                SELECT count(*) FROM merchant.event
                 WHERE merchant_id = \(shop.merchant.uuid) AND nr IS NULL
                """
            ) { try $0.one().decode(Int64.self) } == 0 ? true : nil
        }
        let enabled = try await shop.owner.call(.enableWebhook, path).decode(Webhook.self)
        #expect(enabled.state == .active && enabled.disabledReason == nil)
        let count = try await shop.owner.call(.replayWebhook, path, body: replay)
            .decode(WebhookReplay.self).count
        #expect(count == 4)
        let events = try await eventually("four more") {
            let events = try receiver.events()
            return events.count == 5 ? events : nil
        }
        // Events of several payments come in any order.
        let replayed = Set(events.dropFirst().map(\.id))
        #expect(replayed.count == 4 && replayed.contains(events[0].id))
        #expect(events.allSatisfy { $0.type == "payment.requested" })
    }

    @Test func `addresses inside are refused unless they are allowed`() async throws {
        let stack = try await TestStack.shared
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let service = try await SecondInstance.start(
            .merchant,
            of: stack,
            programs: TestStack.programs
        ) { settings in
            var merchant = settings["merchant"] as? [String: Any] ?? [:]
            merchant["localWebhooks"] = "refused"
            settings["merchant"] = merchant
        }
        var urls = shop.owner.urls
        urls[.merchant] = await service.url
        let owner = shop.owner.at(urls)
        for url in [
            "http://till.example/", "https://127.0.0.1/", "https://10.0.0.1/",
            "https://169.254.169.254/latest", "https://[::1]/", "https://user@till.example/",
            "https://till.example/#a",
        ] {
            let answer = try await owner.call(
                .registerWebhook,
                body: WebhookRegistration(url: url)
            )
            #expect(answer.problemType == .webhookUrlRefused, "\(url): \(answer.text)")
        }
        let good = try await owner.call(
            .registerWebhook,
            body: WebhookRegistration(url: "https://till.example/", types: ["nothing.ever"])
        )
        #expect(good.status == 201)
        await service.stop()
    }

    @Test func `a merchant has five webhooks in use at most, and only its own`() async throws {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        var last: Webhook?
        for number in 1...5 {
            last = try await shop.webhook(
                to: "http://127.0.0.1:9/\(number)",
                types: ["nothing.ever"]
            )
        }
        let registration = WebhookRegistration(url: "http://127.0.0.1:9/6")
        let sixth = try await shop.owner.call(.registerWebhook, body: registration)
        #expect(sixth.problemType == .tooManyWebhooks)
        let path = ["webhookId": "\(try #require(last).id)"]
        for operation in [API.Operation.getWebhook, .listWebhookDeliveries] {
            #expect(try await other.owner.call(operation, path).status == 404)
        }
        for operation in [API.Operation.rotateWebhookSecret, .disableWebhook, .enableWebhook] {
            #expect(try await other.owner.call(operation, path).status == 404)
        }
        #expect(try await shop.owner.call(.disableWebhook, path).status == 201)
        #expect(
            try await shop.owner.call(.registerWebhook, body: registration).status == 201
        )
        #expect(try await shop.owner.call(.enableWebhook, path).problemType == .tooManyWebhooks)
        #expect(try await other.owner.call(.listWebhooks).decode(Page<Webhook>.self).items == [])
    }
}
