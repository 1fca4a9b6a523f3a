import API
import Dispatch
import Foundation
import LocalStack
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

/// Two instances send events, and one of them is killed while it does.
@Suite(.serialized, .timeLimit(.minutes(10))) struct WebhookKillTests {
    private static let payments = 40

    @Test func `two instances send every event once`() async throws {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let shop = try await community.openShop()
            let second = try await SecondInstance.start(
                .merchant,
                of: stack,
                programs: TestStack.programs
            )
            let receiver = try WebhookReceiver()
            defer { receiver.stop() }
            let webhook = try await shop.webhook(to: receiver.url)
            for _ in 0..<Self.payments { _ = try await shop.request("1.00") }
            _ = try await eventually("all have arrived") {
                let states = try await shop.deliveries(to: webhook.id).map(\.state)
                let isDone =
                    states.count == Self.payments && states.allSatisfy { $0 == .delivered }
                return isDone ? true : nil
            }
            #expect(try receiver.events().map(\.data.nr) == Array(1...Self.payments))
            await second.stop()
        }
    }

    @Test func `after a kill every event arrives all the same`() async throws {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let shop = try await community.openShop()
            // Five are answered; whatever comes then is not until the service has been killed.
            let (taken, isKilled) = (Counter(), DispatchSemaphore(value: 0))
            let receiver = try WebhookReceiver { _ in
                if taken.next() > 5 {
                    isKilled.wait()
                    isKilled.signal()
                }
                return .init(204)
            }
            defer {
                isKilled.signal()
                receiver.stop()
            }
            let webhook = try await shop.webhook(to: receiver.url)
            for _ in 0..<Self.payments { _ = try await shop.request("1.00") }
            _ = try await eventually("the sixth is under way") {
                receiver.received.count > 5 ? true : nil
            }
            let service = try #require(await stack.service(.merchant))
            _ = await service.kill9()
            isKilled.signal()
            try await service.start()
            let states = try await eventually("all have arrived") {
                let states = try await shop.deliveries(to: webhook.id).map(\.state)
                let isDone =
                    states.count == Self.payments && states.allSatisfy { $0 == .delivered }
                return isDone ? states : nil
            }
            #expect(states.count == Self.payments)
            let events = try receiver.events()
            #expect(Set(events.map(\.data.nr)) == Set(1...Self.payments))
            // What was kept comes once; what was under way at the kill comes again, as itself.
            for (place, event) in events.prefix(6).enumerated() {
                let times = events.count { $0.id == event.id }
                #expect(place < 5 ? times == 1 : times > 1, "\(place): \(times)")
            }
        }
    }

    /// Counts what comes, on whichever thread.
    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }
}

extension TestShop {
    /// The numbers of the merchant's events as the database has them, when all have one.
    func numbersOfEvents(_ stack: LocalStack) async throws -> [Int64] {
        let database = Database(
            configuration: stack.cluster.ownerConfiguration(database: LocalStack.databaseName),
            logger: Logger(label: "events") { _ in SwiftLogNoOpLogHandler() }
        )
        let numbers = try await eventually("all events have numbers") {
            let numbers = try await database.query(
                """
                SELECT coalesce(nr, 0) FROM merchant.event
                 WHERE merchant_id = \(merchant.uuid) ORDER BY 1
                """
            ) { rows in try rows.map { try $0.decode(Int64.self) } }
            return numbers.first == 0 ? nil : numbers
        }
        await database.shutDown()
        return numbers
    }
}
