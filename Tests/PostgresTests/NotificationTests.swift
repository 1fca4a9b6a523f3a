import Postgres
import ServiceLifecycle
import Testing

@Suite(
    .enabled(if: TestCluster.isAvailable, "PostgreSQL is not installed"),
    .timeLimit(.minutes(15))
)
struct NotificationTests {
    @Test func `a listener delivers what was committed, to its channel only`() async throws {
        let listener = NotificationListener(
            configuration: TestCluster.shared.configuration(),
            channels: ["first", "se\"cond"],
            logger: .silent
        )
        var first = listener.notifications("first").makeAsyncIterator()
        var second = listener.notifications("se\"cond").makeAsyncIterator()
        let group = ServiceGroup(services: [listener], logger: .silent)
        let service = Task { try await group.run() }
        #expect(await first.next() == .reconnected)
        #expect(await second.next() == .reconnected)
        let database = TestCluster.shared.database()
        try await database.transaction { connection in
            try connection.notify(channel: "first", payload: "één")
            try connection.notify(channel: "se\"cond")
            _ = try? connection.savepoint {
                try connection.notify(channel: "first", payload: "undone")
                throw PostgresError.closed
            }
            try connection.notify(channel: "first", payload: "2")
        }
        #expect(await first.next() == .received("één"))
        #expect(await first.next() == .received("2"))
        #expect(await second.next() == .received(""))
        await group.triggerGracefulShutdown()
        try await service.value
        #expect(await first.next() == nil)
        var late = listener.notifications("first").makeAsyncIterator()
        #expect(await late.next() == nil)
    }

    @Test func `after a restart the listener says so and hears again`() async throws {
        let cluster = TestCluster()
        let listener = NotificationListener(
            configuration: cluster.configuration(),
            channels: ["news"],
            logger: .silent
        )
        var news = listener.notifications("news").makeAsyncIterator()
        let service = Task { try await listener.run() }
        #expect(await news.next() == .reconnected)
        cluster.stop()
        cluster.start()
        #expect(await news.next() == .reconnected)
        let database = cluster.database { $0.connections = 1 }
        try await database.transaction { try $0.notify(channel: "news", payload: "again") }
        #expect(await news.next() == .received("again"))
        service.cancel()
        try await service.value
        #expect(await news.next() == nil)
    }

    @Test func `a slow subscriber learns that it missed something`() async throws {
        let listener = NotificationListener(
            configuration: TestCluster.shared.configuration(),
            channels: ["flood", "end"],
            logger: .silent
        )
        let flood = listener.notifications("flood")
        var end = listener.notifications("end").makeAsyncIterator()
        let service = Task { try await listener.run() }
        #expect(await end.next() == .reconnected)
        let database = TestCluster.shared.database { $0.connections = 1 }
        try await database.transaction { connection in
            for number in 0..<NotificationListener.bufferLimit {
                try connection.notify(channel: "flood", payload: "\(number)")
            }
            try connection.notify(channel: "end")
        }
        #expect(await end.next() == .received(""))
        service.cancel()
        try await service.value
        var heard: [Postgres.Notification] = []
        for await notification in flood { heard.append(notification) }
        #expect(heard.count == NotificationListener.bufferLimit)
        #expect(heard.last == .overflowed)
    }
}
