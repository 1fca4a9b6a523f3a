import Postgres
import ServiceLifecycle
import Synchronization
import Testing

@Suite(
    .enabled(if: TestCluster.isAvailable, "PostgreSQL is not installed"),
    .timeLimit(.minutes(15))
)
struct PoolTests {
    @Test func `a full queue refuses at once`() async throws {
        let database = TestCluster.shared.database {
            $0.connections = 1
            $0.maxWaiters = 2
        }
        let door = Door()
        let running = Task { try await database.transaction { _ in door.passThrough() } }
        await eventually { database.statistics.running == 1 }
        let waiting = (1...2).map { _ in Task { try await database.execute("SELECT 1") } }
        await eventually { database.statistics.queued == 2 }
        await #expect(throws: PostgresError.overloaded) { try await database.execute("SELECT 1") }
        door.open()
        try await running.value
        for task in waiting { #expect(try await task.value == 1) }
    }

    @Test func `work that waits too long is refused, though nobody came to take it`() async throws {
        let database = TestCluster.shared.database {
            $0.connections = 1
            // Long enough for the first job to find its thread on a busy machine.
            $0.maxWaitSeconds = 15
        }
        let door = Door()
        let running = Task { try await database.transaction { _ in door.passThrough() } }
        await eventually { database.statistics.running == 1 }
        await #expect(throws: PostgresError.overloaded) { try await database.execute("SELECT 1") }
        door.open()
        try await running.value
        #expect(try await database.execute("SELECT 1") == 1)
    }

    @Test func `a cancelled task's work is dropped while it waits`() async throws {
        let database = TestCluster.shared.database { $0.connections = 1 }
        let door = Door()
        let running = Task { try await database.transaction { _ in door.passThrough() } }
        await eventually { database.statistics.running == 1 }
        let hasRun = Mutex(false)
        let waiting = Task { try await database.transaction { _ in hasRun.withLock { $0 = true } } }
        await eventually { database.statistics.queued == 1 }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(database.statistics.queued == 0)
        // What has begun is completed.
        running.cancel()
        door.open()
        try await running.value
        #expect(!hasRun.withLock { $0 })
    }

    @Test func `a task that is cancelled already never waits`() async {
        let database = TestCluster.shared.database()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await database.execute("SELECT 1")
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `a graceful shutdown completes what was accepted and takes nothing more`()
        async throws
    {
        let database = TestCluster.shared.database {
            $0.connections = 2
            $0.maxWaiters = 8
        }
        let companion = Companion()
        let group = ServiceGroup(services: [database, companion], logger: .silent)
        let service = Task { try await group.run() }
        await companion.hasStarted()
        let door = Door()
        @Sendable func accept(_ number: Int) -> Task<Int, any Error> {
            Task {
                try await database.transaction { connection in
                    door.passThrough()
                    return try connection.query("SELECT \(number)").one().decode(Int.self)
                }
            }
        }
        let running = (0..<2).map(accept)
        await eventually { database.statistics.running == 2 }
        let waiting = (2..<10).map(accept)
        await eventually { database.statistics.queued == 8 }
        await group.triggerGracefulShutdown()
        // The queue is full: what comes is refused at once, first as too much, then as too late.
        await eventually {
            await failure { try await database.execute("SELECT 1") } as? PostgresError == .closed
        }
        door.open()
        for (number, task) in (running + waiting).enumerated() {
            #expect(try await task.value == number)
        }
        try await service.value
        #expect(database.statistics.connected == 0)
        await database.shutDown()
    }

    @Test func `nothing of a session is left to the next job`() async throws {
        let database = TestCluster.shared.database { $0.connections = 1 }
        let backend: @Sendable (Rows) throws -> Int32 = { try $0.one().decode(Int32.self) }
        let first = try await database.query("SELECT pg_backend_pid()", backend)
        #expect(try await database.query("SELECT pg_backend_pid()", backend) == first)
        try await database.execute("BEGIN")
        #expect(try await database.query("SELECT pg_backend_pid()", backend) != first)
    }

    @Test func `a statement over its time limit is the server's refusal`() async throws {
        let database = TestCluster.shared.database { $0.statementTimeoutMilliseconds = 20 }
        let error = await failure { try await database.execute("SELECT pg_sleep(60)") }
        #expect((error as? PostgresError)?.sqlState == "57014")
    }
}

/// Tells when its group runs.
private struct Companion: Service {
    private let started = AsyncStream.makeStream(of: Void.self)

    func run() async throws {
        started.continuation.finish()
        try await gracefulShutdown()
    }

    func hasStarted() async { for await _ in started.stream {} }
}
