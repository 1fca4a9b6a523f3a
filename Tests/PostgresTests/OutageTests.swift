import Postgres
import ServiceLifecycle
import Synchronization
import Testing

@Suite(
    .enabled(if: TestCluster.isAvailable, "PostgreSQL is not installed"),
    .timeLimit(.minutes(15))
)
struct OutageTests {
    private func isUnavailable(_ error: (any Error)?) -> Bool {
        if case .unavailable = error as? PostgresError { true } else { false }
    }

    private func terminateSleepers(_ name: String) async throws {
        let other = TestCluster.shared.database { $0.connections = 1 }
        try await eventually {
            try await other.query(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE application_name = \(name) AND wait_event = 'PgSleep'
                """
            ) { try $0.one().decode(Int.self) } == 1
        }
    }

    @Test func `a server that went away is unavailable, and serves again when it is back`()
        async throws
    {
        let cluster = TestCluster()
        let database = cluster.database()
        try await database.execute("CREATE TABLE survivor (n int8)")
        cluster.stop()
        for _ in 1...20 {
            let error = await failure { try await database.execute("SELECT 1") }
            #expect(isUnavailable(error), "\(String(describing: error))")
        }
        let inside = await failure { try await database.transaction { _ in } }
        #expect(isUnavailable(inside))
        await eventually { database.statistics.connected == 0 }
        cluster.start()
        await eventually {
            await failure { try await database.execute("INSERT INTO survivor VALUES (1)") } == nil
        }
        #expect(try await database.execute("SELECT * FROM survivor") == 1)
    }

    @Test func `a restart between two statements goes unnoticed`() async throws {
        let cluster = TestCluster()
        let database = cluster.database { $0.connections = 1 }
        for _ in 1...3 {
            #expect(try await database.execute("SELECT 1") == 1)
            try await database.transaction { _ = try $0.execute("SELECT 1") }
            cluster.stop()
            cluster.start()
        }
        #expect(try await database.query("SELECT 5") { try $0.one().decode(Int32.self) } == 5)
    }

    @Test func `a server that dies during a statement leaves its outcome unknown`() async throws {
        let cluster = TestCluster()
        let database = cluster.database { $0.connections = 1 }
        try await database.execute("CREATE TABLE busy (n int8)")
        let alone = Task {
            try await database.execute("INSERT INTO busy SELECT 1 FROM pg_sleep(60)")
        }
        let inside = cluster.database { $0.connections = 1 }
        let transaction = Task {
            try await inside.transaction {
                try $0.execute("INSERT INTO busy SELECT 1 FROM pg_sleep(60)")
            }
        }
        let watcher = cluster.database { $0.connections = 1 }
        try await eventually {
            try await watcher.query(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            ) { try $0.one().decode(Int.self) } == 2
        }
        cluster.stop()
        let outcome = await failure { try await alone.value }
        #expect(outcome as? PostgresError == .outcomeUnknown)
        let lost = await failure { try await transaction.value }
        #expect(isUnavailable(lost), "\(String(describing: lost))")
    }

    @Test func `a server that dies during COMMIT leaves its outcome unknown`() async throws {
        let cluster = TestCluster()
        let database = cluster.database { $0.connections = 1 }
        try await database.transaction { connection in
            try connection.executeScript(
                """
                CREATE TABLE slow (n int8);
                CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON slow
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait();
                """
            )
        }
        let task = Task {
            try await database.transaction { try $0.execute("INSERT INTO slow VALUES (1)") }
        }
        let watcher = cluster.database { $0.connections = 1 }
        try await eventually {
            try await watcher.query(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            ) { try $0.one().decode(Int.self) } == 1
        }
        cluster.stop()
        let outcome = await failure { try await task.value }
        #expect(outcome as? PostgresError == .outcomeUnknown)
    }

    @Test func `a statement whose server said goodbye first had no effect`() async throws {
        let database = TestCluster.shared.database {
            $0.connections = 1
            $0.applicationName = "alone"
        }
        let task = Task { try await database.execute("SELECT pg_sleep(60)") }
        try await terminateSleepers("alone")
        let error = await failure { try await task.value }
        #expect(isUnavailable(error), "\(String(describing: error))")
        #expect(try await database.execute("SELECT 1") == 1)
    }

    @Test func `a transaction whose server said goodbye is gone, whatever the body makes of it`()
        async throws
    {
        let database = TestCluster.shared.database {
            $0.connections = 1
            $0.applicationName = "inside"
        }
        let task = Task {
            try await database.transaction { connection in
                _ = try? connection.execute("SELECT pg_sleep(60)")
                _ = try? connection.savepoint { try connection.execute("SELECT 1") }
            }
        }
        try await terminateSleepers("inside")
        let error = await failure { try await task.value }
        #expect(isUnavailable(error), "\(String(describing: error))")
        try await database.transaction { _ = try $0.execute("SELECT 1") }
    }

    @Test func `nobody listening is unavailable`() async {
        let database = TestCluster.shared.database { $0.host = "/nonexistent" }
        let error = await failure { try await database.execute("SELECT 1") }
        #expect(isUnavailable(error))
    }
}
