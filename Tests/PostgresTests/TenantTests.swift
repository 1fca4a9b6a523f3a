import FoundationEssentials
import Postgres
import Testing

/// Whose rows a session shows, whatever went wrong on the connection before.
@Suite(
    .enabled(if: TestCluster.isAvailable, "PostgreSQL is not installed"),
    .timeLimit(.minutes(15))
)
struct TenantTests {
    private struct Undone: Error {}

    private static let shown: SQL = "SELECT current_setting('wijkmunt.community', true)"
    private let first = UUID()
    private let second = UUID()
    /// One connection, so that everybody gets what the previous one left.
    private let database = TestCluster.shared.database { $0.connections = 1 }

    private func shown(to tenant: Tenant) async throws -> String? {
        try await tenant.perform {
            try await database.query(Self.shown) { rows -> String? in
                try rows.one().decode(String?.self)
            }
        }
    }

    private func shownInTransaction(to tenant: Tenant) async throws -> String? {
        try await tenant.perform {
            try await database.transaction { connection -> String? in
                try connection.query(Self.shown).one().decode(String?.self)
            }
        }
    }

    /// Asks in every way and in turns: nothing of what one task sees is left to the next.
    private func expectEverybodySeesTheirOwn(_ location: SourceLocation = #_sourceLocation)
        async throws
    {
        for _ in 1...2 {
            for community in [first, second] {
                let tenant = Tenant.community(community)
                let (alone, within) = (
                    try await shown(to: tenant), try await shownInTransaction(to: tenant)
                )
                #expect(alone == community.uuidString, sourceLocation: location)
                #expect(within == community.uuidString, sourceLocation: location)
            }
            #expect(try await shown(to: .everyCommunity) == "every", sourceLocation: location)
            let within = try await shownInTransaction(to: .nobody)
            #expect(within?.isEmpty ?? true, sourceLocation: location)
        }
        #expect(try await shown(to: .nobody) == "", sourceLocation: location)
    }

    @Test func `every task sees its own tenant on a connection that all share`() async throws {
        try await expectEverybodySeesTheirOwn()
    }

    @Test func `a task that does not say gets what the pool was told, nobody unless told`()
        async throws
    {
        _ = try await shown(to: .community(first))
        #expect(try await database.query(Self.shown) { try $0.one().decode(String.self) } == "")
        let told = TestCluster.shared.database { $0.tenant = .community(self.first) }
        let shown = try await told.query(Self.shown) { try $0.one().decode(String.self) }
        #expect(shown == first.uuidString)
    }

    @Test func `what a task starts is about the same community, what it detaches is not`()
        async throws
    {
        let database = database
        try await Tenant.community(first).perform {
            async let child = database.query(Self.shown) { try $0.one().decode(String.self) }
            let shown = try await child
            #expect(shown == first.uuidString)
            let detached = Task.detached {
                try await database.query(Self.shown) { try $0.one().decode(String.self) }
            }
            let shownDetached = try await detached.value
            #expect(shownDetached == "")
        }
    }

    @Test func `an institution is named with its community, and by nobody after it`() async throws {
        let institution = UUID()
        let both: SQL = """
            SELECT concat_ws(' ', current_setting('wijkmunt.community', true),
                             current_setting('wijkmunt.institution', true))
            """
        func shown(to tenant: Tenant) async throws -> Set<String> {
            try await tenant.perform {
                let within = try await database.transaction { connection in
                    try connection.query(both).one().decode(String.self)
                }
                let alone = try await database.query(both) { try $0.one().decode(String.self) }
                return Set([within, alone].map { $0.trimmingPrefix(" ").description })
            }
        }
        for _ in 1...2 {
            #expect(
                try await shown(to: .institution(institution, of: first))
                    == ["\(first) \(institution)"]
            )
            let next = try await shown(to: .community(second))
            #expect(next == ["\(second) "] || next == ["\(second)"])
        }
        try await expectEverybodySeesTheirOwn()
    }

    @Test func `a statement that failed changed nothing`() async throws {
        _ = try await shown(to: .community(first))
        for tenant in [Tenant.community(second), .nobody, .community(first)] {
            await #expect(throws: PostgresError.self) {
                try await tenant.perform { try await database.execute("SELECT 1 / 0") }
            }
        }
        try await expectEverybodySeesTheirOwn()
    }

    @Test func `an error that comes with the commit changed nothing`() async throws {
        try await database.transaction { connection in
            try connection.executeScript(
                """
                CREATE TABLE IF NOT EXISTS overdue (
                    n int8, CONSTRAINT overdue_once UNIQUE (n) DEFERRABLE INITIALLY DEFERRED);
                DELETE FROM overdue; INSERT INTO overdue VALUES (1);
                """
            )
        }
        let error = await #expect(throws: PostgresError.self) {
            try await Tenant.community(second).perform {
                try await database.execute("INSERT INTO overdue VALUES (1)")
            }
        }
        #expect(error?.violates("overdue_once") == true)
        try await expectEverybodySeesTheirOwn()
    }

    @Test func `what a transaction was told ends with it, however it ends`() async throws {
        _ = try await shown(to: .community(first))
        await #expect(throws: Undone.self) {
            try await Tenant.community(second).perform {
                try await database.transaction { connection in
                    try? connection.savepoint { throw Undone() }
                    let shown = try connection.query(Self.shown).one().decode(String.self)
                    #expect(shown == second.uuidString)
                    throw Undone()
                }
            }
        }
        try await expectEverybodySeesTheirOwn()
    }

    @Test func `a transaction that runs again is about the same community`() async throws {
        let attempts = Attempts()
        let shown = try await Tenant.community(second).perform {
            try await database.transaction { connection in
                if attempts.isFirst() {
                    try connection.executeScript(
                        "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"
                    )
                }
                return try connection.query(Self.shown).one().decode(String.self)
            }
        }
        #expect(shown == second.uuidString)
        try await expectEverybodySeesTheirOwn()
    }

    @Test func `a statement that a change made stale runs again for the same community`()
        async throws
    {
        let statement: SQL = "SELECT *, current_setting('wijkmunt.community', true) FROM grown"
        try await database.transaction {
            try $0.executeScript("CREATE TABLE grown (); INSERT INTO grown DEFAULT VALUES")
        }
        func last() async throws -> String {
            try await database.query(statement) { try $0.one().decode(String.self) }
        }
        #expect(try await Tenant.community(first).perform { try await last() } == first.uuidString)
        let other = TestCluster.shared.database { $0.connections = 1 }
        try await other.execute("ALTER TABLE grown ADD n int8")
        let (number, shown) = try await Tenant.community(second).perform {
            try await database.query(statement) {
                try $0.one().decode(Int?.self, String.self)
            }
        }
        #expect(number == nil)
        #expect(shown == second.uuidString)
    }

    @Test func `a new connection shows nobody's until somebody asks`() async throws {
        _ = try await shown(to: .community(first))
        let other = TestCluster.shared.database { $0.connections = 1 }
        let process = try await database.query("SELECT pg_backend_pid()") {
            try $0.one().decode(Int32.self)
        }
        try await other.execute("SELECT pg_terminate_backend(\(process), 5000)")
        try await expectEverybodySeesTheirOwn()
    }
}

/// Tells the first attempt from the later ones.
private final class Attempts: Sendable {
    private let count = Monitor(0)

    func isFirst() -> Bool {
        count.withLock { count in
            count += 1
            return count == 1
        }
    }
}
