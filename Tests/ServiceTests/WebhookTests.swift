import API
import Dispatch
import Foundation
import Postgres
import TestSupport
import Testing

/// What the software of a shop is told, by requests to it.
@Suite struct WebhookTests {
    @Test func `every event arrives signed and in the order of its payment`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "10.00")
        let receiver = try WebhookReceiver()
        defer { receiver.stop() }
        let webhook = try await shop.webhook(to: receiver.url + "/till?key=1")
        let secret = try #require(webhook.secret)
        let payment = try await shop.request("2.00")
        #expect(try await resident.pay(payment).status == 201)
        let refund = try await shop.owner.call(
            .refundPayment,
            ["paymentId": "\(payment.id)"],
            body: RefundCreation()
        )
        #expect(refund.status == 201)
        let events = try await eventually("four events") {
            let events = try receiver.events()
            return events.count >= 4 ? events : nil
        }
        #expect(
            events.map(\.type) == [
                "payment.requested", "payment.accepted", "refund.made", "payment.refunded",
            ]
        )
        #expect(events.map(\.data.nr) == [1, 2, 3, 4])
        #expect(events.allSatisfy { $0.data.subjectId == payment.id })
        #expect(events.allSatisfy { $0.data.merchantId == shop.merchant })
        #expect(events.allSatisfy { $0.data.terminalId == shop.terminal })
        #expect(events.allSatisfy { $0.data.amount == community.amount("2.00") })
        for message in receiver.received {
            #expect(message.path == "/till?key=1")
            #expect(message.isSigned(with: secret))
            #expect(message.headers["webhook-id"] == (try message.event().id.description))
            #expect(message.headers["content-type"] == "application/json")
            let text = String(decoding: message.body, as: UTF8.self)
            for mark in [resident.person, resident.wallet, resident.phone.id] {
                #expect(!text.contains(mark.description), "an event names the payer")
            }
        }
        // The secret is shown once.
        let list = try await shop.owner.call(.listWebhooks)
        #expect(!list.text.contains("whsec_"))
        #expect(try await shop.webhook(webhook.id).secret == nil)
        let states = try await eventually("all are known to have arrived") {
            let states = try await shop.deliveries(to: webhook.id).map(\.state)
            return states.allSatisfy { $0 == .delivered } ? states : nil
        }
        #expect(states.count == 4)
    }

    @Test func `a refund that is owed is told as owed, and as made when the money moves`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "20.00")
        let payment = try await shop.request("10.00")
        #expect(try await resident.pay(payment).status == 201)
        let redemption = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: shop.merchant)
        ).decode(Redemption.self)
        let receiver = try WebhookReceiver()
        defer { receiver.stop() }
        _ = try await shop.webhook(to: receiver.url)
        let refund = try await shop.refund(payment).decode(Refund.self)
        #expect(refund.state == .owed)
        // Takings that pay it.
        #expect(try await resident.pay(try await shop.request("10.00")).status == 201)
        let told = try await eventually("the whole story") {
            let told = try receiver.events().filter { $0.data.subjectId == payment.id }
            return told.contains { $0.type == "payment.refunded" } ? told : nil
        }
        let types = told.map(\.type).filter { $0.hasPrefix("refund.") || $0 == "payment.refunded" }
        #expect(types == ["refund.owed", "refund.made", "payment.refunded"])
        #expect(
            told.filter { $0.type.hasPrefix("refund.") }.allSatisfy {
                $0.data.objectId == refund.id && $0.data.amount == community.amount("10.00")
            }
        )
        #expect(told.allSatisfy { $0.data.objectId != redemption.id })
    }

    @Test func `a reservation tells what becomes of it, and each capture that it is paid`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let receiver = try WebhookReceiver()
        defer { receiver.stop() }
        _ = try await shop.webhook(to: receiver.url)
        let taken = try await shop.reserve("10.00", of: resident)
        let returned = try await shop.reserve("5.00", of: resident)
        let capture = try await shop.capture(taken).decode(Capture.self)
        #expect(try await shop.void(returned).status == 201)
        func types(of subject: Identifier) throws -> [String] {
            try receiver.events().filter { $0.data.subjectId == subject }.map(\.type)
        }
        _ = try await eventually("all is told") { try receiver.events().count >= 7 ? true : nil }
        #expect(
            try types(of: taken.id) == ["payment.requested", "payment.held", "payment.captured"]
        )
        #expect(
            try types(of: returned.id) == ["payment.requested", "payment.held", "payment.voided"]
        )
        #expect(try types(of: capture.id) == ["payment.accepted"])
    }

    @Test func `what does not arrive is tried again by the schedule, and others do not wait`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let receiver = try WebhookReceiver { _ in .init(500) }
        defer { receiver.stop() }
        let webhook = try await shop.webhook(to: receiver.url)
        _ = try await shop.request("1.00")
        _ = try await eventually("the first attempt") { receiver.received.first }
        let failed = try await eventually("the failure is kept") {
            try await shop.deliveries(to: webhook.id).first { $0.attempts > 0 }
        }
        #expect(failed.state == .pending && failed.lastStatus == 500)
        let (last, next) = (try #require(failed.lastAttemptAt), try #require(failed.nextAttemptAt))
        // Five seconds after the first attempt; a busy machine may have made another by now.
        let pause = next.microseconds - last.microseconds
        #expect(failed.attempts > 1 || (5_000_000...5_500_000).contains(pause))
        #expect(try await shop.webhook(webhook.id).failingSince != nil)
        // However long the pause is, the second payment does not wait for the first one's retry.
        try await putOff(webhook)
        receiver.answers { _ in .init(200) }
        let before = receiver.received.count
        _ = try await shop.request("2.00")
        let second = try await eventually("the second payment is told") {
            try receiver.events().first { $0.data.nr == 2 }
        }
        #expect(receiver.received.count == before + 1)
        try await retry(webhook, in: "0 hours")
        let again = try await eventually("the first one is told again") {
            let events = try receiver.events()
            return events.count == before + 2 ? events.last : nil
        }
        #expect(try again.id == receiver.events().first?.id && again.id != second.id)
        _ = try await eventually("the webhook is well again") {
            try await shop.webhook(webhook.id).failingSince == nil ? true : nil
        }
    }

    @Test func `a receiver that answers 410 is disabled at once, and the merchant is told`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let gone = try WebhookReceiver { _ in .init(410) }
        let other = try WebhookReceiver()
        defer {
            gone.stop()
            other.stop()
        }
        let webhook = try await shop.webhook(to: gone.url)
        _ = try await shop.webhook(to: other.url)
        _ = try await shop.request("1.00")
        let told = try await eventually("the other webhook hears of it") {
            try other.events().first { $0.type == "webhook.disabled" }
        }
        #expect(told.data.subjectId == webhook.id && told.data.amount == nil)
        let disabled = try await shop.webhook(webhook.id)
        #expect(disabled.state == .disabled && disabled.disabledReason == .gone)
        #expect(disabled.disabledAt != nil)
        #expect(try await shop.deliveries(to: webhook.id).map(\.state) == [.givenUp])
        #expect(gone.received.count == 1)
    }

    @Test func `a redirect is not followed`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let inside = try WebhookReceiver()
        let receiver = try WebhookReceiver { _ in
            .init(307, headers: ["Location": inside.url + "/secret"])
        }
        defer {
            inside.stop()
            receiver.stop()
        }
        let webhook = try await shop.webhook(to: receiver.url)
        _ = try await shop.request("1.00")
        let failed = try await eventually("the failure is kept") {
            // Under load, the receiver's answer can come too late at first.
            try await shop.deliveries(to: webhook.id).first { $0.lastStatus != nil }
        }
        #expect(failed.state == .pending && failed.lastStatus == 307)
        #expect(inside.received.isEmpty)
    }

    @Test func `a webhook at which nothing arrives for the whole schedule is disabled`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let receiver = try WebhookReceiver { _ in .init(503) }
        defer { receiver.stop() }
        let webhook = try await shop.webhook(to: receiver.url)
        _ = try await shop.request("1.00")
        for attempt in 1...10 {
            _ = try await eventually("attempt \(attempt)") {
                try await shop.deliveries(to: webhook.id).first { $0.attempts >= attempt }
            }
            // Three days pass.
            try await retry(webhook, in: "0 hours")
        }
        let dead = try await eventually("it is disabled") {
            let webhook = try await shop.webhook(webhook.id)
            return webhook.state == .disabled ? webhook : nil
        }
        #expect(dead.disabledReason == .failing && dead.failingSince != nil)
        let delivery = try await shop.deliveries(to: webhook.id)
        #expect(delivery.map(\.state) == [.givenUp] && delivery.map(\.attempts) == [10])
        // An attempt counts too when the line is not there in time.
        #expect((1...10).contains(receiver.received.count))
    }

    @Test func `a receiver that never answers holds up nobody else`() async throws {
        let community = try await TestCommunity.make()
        let (slow, quick) = (try await community.openShop(), try await community.openShop())
        let isOver = DispatchSemaphore(value: 0)
        let silent = try WebhookReceiver { _ in
            isOver.wait()
            isOver.signal()
            return .init(0)
        }
        let receiver = try WebhookReceiver()
        defer {
            isOver.signal()
            silent.stop()
            receiver.stop()
        }
        let waiting = try await slow.webhook(to: silent.url)
        _ = try await quick.webhook(to: receiver.url)
        _ = try await slow.request("1.00")
        _ = try await eventually("the silent one is asked") { silent.received.first }
        _ = try await quick.request("1.00")
        _ = try await eventually("the other hears at once") { receiver.received.first }
        let failed = try await eventually("the silent one is given up") {
            try await slow.deliveries(to: waiting.id).first { $0.attempts > 0 }
        }
        #expect(failed.lastError == .timeout)
        #expect(failed.lastStatus == nil)
    }

    /// Lets an attempt that is being made end, and has no other made for an hour.
    private func putOff(_ webhook: Webhook) async throws {
        let owner = try await OpenedDatabase.shared.owner
        _ = try await eventually("nothing is on its way") {
            try await retry(webhook, in: "1 hour")
            return try await owner.query(
                """
                SELECT EXISTS (
                    SELECT FROM merchant.webhook_endpoint e
                      JOIN merchant.webhook_delivery d
                        ON d.community_id = e.community_id AND d.endpoint_id = e.id
                     WHERE e.id = \(webhook.id.uuid) AND d.state = 'pending'
                       AND (e.claimed_until > now()
                            OR d.next_attempt_at < now() + interval '59 minutes'))
                """
            ) { try $0.one().decode(Bool.self) } ? nil : true
        }
    }

    /// Moves the next attempt of what did not arrive.
    private func retry(_ webhook: Webhook, in time: String) async throws {
        let owner = try await OpenedDatabase.shared.owner
        _ = try await owner.execute(
            """
            UPDATE merchant.webhook_delivery SET next_attempt_at = now() + \(time)::interval
             WHERE endpoint_id = \(webhook.id.uuid) AND state = 'pending'
            """
        )
    }
}
