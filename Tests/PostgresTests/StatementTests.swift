import Logging
import Synchronization
import Testing

@testable import Postgres

@Suite(
    .enabled(if: TestCluster.isAvailable, "PostgreSQL is not installed"),
    .timeLimit(.minutes(15))
)
struct StatementTests {
    let database = TestCluster.shared.database { $0.connections = 1 }

    @Test func `a statement is prepared again after the schema changed`() async throws {
        try await database.execute("CREATE TABLE grows (a int8)")
        try await database.execute("INSERT INTO grows VALUES (1)")
        let columns: @Sendable (Rows) throws -> Int = { try $0.one().decode(Int.self) }
        #expect(try await database.query("SELECT * FROM grows", columns) == 1)
        try await database.execute("ALTER TABLE grows ADD COLUMN b int8 DEFAULT 2")
        let both = try await database.query("SELECT * FROM grows") {
            try $0.one().decode(Int.self, Int.self)
        }
        #expect(both == (1, 2))
        try await database.execute("ALTER TABLE grows DROP COLUMN b")
        let attempts = Mutex(0)
        let inside = try await database.transaction { connection in
            attempts.withLock { $0 += 1 }
            return try connection.query("SELECT * FROM grows").one().decode(Int.self)
        }
        #expect(inside == 1)
        #expect(attempts.withLock { $0 } == 2)
    }

    @Test func `a statement that vanished on the server is prepared again`() async throws {
        for _ in 1...2 {
            #expect(try await database.query("SELECT 7") { try $0.one().decode(Int32.self) } == 7)
            try await database.execute("DEALLOCATE ALL")
        }
    }

    @Test func `a connection keeps a bounded number of statements`() async throws {
        for number in 0..<(Connection.statementCapacity + 50) {
            try await database.execute("SELECT \(rawSQL: String(number))")
        }
        // The statement that counts is itself prepared, and one eviction is still to be told.
        let prepared = try await database.query("SELECT count(*) FROM pg_prepared_statements") {
            try $0.one().decode(Int.self)
        }
        #expect(prepared <= Connection.statementCapacity + 1)
    }

    @Test func `the same text with other parameter types is another statement`() async throws {
        let number = try await database.query("SELECT \(1 as Int32)") {
            try $0.one().decode(Int32.self)
        }
        let text = try await database.query("SELECT \("1")") { try $0.one().decode(String.self) }
        #expect(number == 1)
        #expect(text == "1")
    }

    @Test func `least recently used statements are forgotten first`() {
        var cache = StatementCache(capacity: 2)
        func key(_ text: String) -> StatementCache.Key { .init(text: text, types: []) }
        for text in ["a", "b"] { cache.insert(cache.newName(), for: key(text)) }
        #expect(cache.name(for: key("b")) == "s2")
        #expect(cache.name(for: key("a")) == "s1")
        cache.insert(cache.newName(), for: key("c"))
        #expect(cache.name(for: key("b")) == nil)
        #expect(cache.takeEvicted() == ["s2"])
        #expect(cache.takeEvicted() == [])
    }

    @Test func `the session is set up as configured`() async throws {
        let settings = try await database.query(
            """
            SELECT current_setting('TimeZone'), current_setting('client_encoding'),
                   current_setting('plan_cache_mode'), current_setting('jit'),
                   current_setting('statement_timeout'), current_setting('lock_timeout'),
                   current_setting('idle_in_transaction_session_timeout'),
                   current_setting('application_name')
            """
        ) {
            try $0.one().decode(
                String.self,
                String.self,
                String.self,
                String.self,
                String.self,
                String.self,
                String.self,
                String.self
            )
        }
        #expect(settings.0 == "UTC")
        #expect(settings.1 == "UTF8")
        #expect(settings.2 == "force_generic_plan")
        #expect(settings.3 == "off")
        #expect(settings.4 == "10s")
        #expect(settings.5 == "5s")
        #expect(settings.6 == "3min")
        #expect(settings.7 == "tests")
    }

    @Test func `notices go to the log as debug messages`() async throws {
        let log = RecordedLog()
        let database = TestCluster.shared.database(logger: Logger(label: "notices") { _ in log })
        try await database.execute("DO $$ BEGIN RAISE NOTICE 'hello'; END $$")
        #expect(log.lines.recorded == ["debug hello"])
    }

    @Test func `COPY is not supported and costs only its connection`() async throws {
        let error = await failure { try await database.execute("COPY (SELECT 1) TO STDOUT") }
        #expect(error as? PostgresError == .outcomeUnknown)
        #expect(try await database.query("SELECT 1") { try $0.one().decode(Int32.self) } == 1)
    }
}

/// Keeps what is logged; copies share the lines.
private struct RecordedLog: LogHandler {
    final class Lines: Sendable {
        private let all = Mutex<[String]>([])

        func append(_ line: String) { all.withLock { $0.append(line) } }

        var recorded: [String] { all.withLock { $0 } }
    }

    let lines = Lines()
    var logLevel = Logger.Level.trace
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let notice = event.metadata?["notice"].map { "\($0)" } ?? "\(event.message)"
        lines.append("\(event.level) \(notice)")
    }
}
