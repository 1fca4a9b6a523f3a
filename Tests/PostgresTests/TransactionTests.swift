import Postgres
import Synchronization
import Testing

@Suite(
    .enabled(if: TestCluster.isAvailable, "PostgreSQL is not installed"),
    .timeLimit(.minutes(15))
)
struct TransactionTests {
    struct Refused: Error {}

    let database = TestCluster.shared.database()

    private func numbers(in table: String) async throws -> [Int] {
        try await database.query("SELECT n FROM \(rawSQL: table) ORDER BY n") { rows in
            try rows.map { try $0.decode(Int.self) }
        }
    }

    @Test func `what a transaction did is kept when the body returns`() async throws {
        let changed = try await database.transaction { connection in
            try connection.executeScript("CREATE TABLE kept (n int8); INSERT INTO kept VALUES (1)")
            return try connection.execute("INSERT INTO kept SELECT generate_series(2, 4)")
        }
        #expect(changed == 3)
        #expect(try await numbers(in: "kept") == [1, 2, 3, 4])
        #expect(try await database.execute("UPDATE kept SET n = n WHERE n > \(2)") == 2)
    }

    @Test func `what a transaction did is undone when the body throws`() async throws {
        try await database.execute("CREATE TABLE undone (n int8)")
        await #expect(throws: Refused.self) {
            try await database.transaction { connection in
                try connection.execute("INSERT INTO undone VALUES (1)")
                throw Refused()
            }
        }
        #expect(try await numbers(in: "undone") == [])
    }

    @Test func `a savepoint undoes only its own part`() async throws {
        try await database.execute("CREATE TABLE parts (n int8 PRIMARY KEY)")
        try await database.transaction { connection in
            try connection.execute("INSERT INTO parts VALUES (1)")
            // No `#expect(throws:)` here: closures within a macro within a closure get mixed up
            // with their neighbours by the compiler (Swift 6.3.1).
            do {
                try connection.savepoint {
                    try connection.execute("INSERT INTO parts VALUES (2)")
                    try connection.savepoint {
                        try connection.execute("INSERT INTO parts VALUES (3)")
                    }
                    try connection.execute("INSERT INTO parts VALUES (1)")
                }
                Issue.record("the key is there already")
            } catch let error as PostgresError {
                #expect(error.violates("parts_pkey"))
            }
            try connection.savepoint { try connection.execute("INSERT INTO parts VALUES (4)") }
            do {
                try connection.savepoint {
                    try connection.execute("INSERT INTO parts VALUES (5)")
                    throw Refused()
                }
            } catch is Refused {}
        }
        #expect(try await numbers(in: "parts") == [1, 4])
    }

    @Test func `a refusal that the body swallowed is thrown all the same`() async throws {
        try await database.execute(
            "CREATE TABLE swallowed (n int8 CONSTRAINT positive CHECK (n > 0))"
        )
        let error = await failure {
            try await database.transaction { connection in
                try connection.execute("INSERT INTO swallowed VALUES (1)")
                _ = try? connection.execute("INSERT INTO swallowed VALUES (0)")
            }
        }
        #expect((error as? PostgresError)?.violates("positive") == true)
        #expect(try await numbers(in: "swallowed") == [])
    }

    @Test func `a violated constraint is named and no row value is told`() async throws {
        try await database.execute(
            "CREATE TABLE person (name text CONSTRAINT one_of_each_name UNIQUE)"
        )
        let insert: SQL = "INSERT INTO person VALUES (\("Geheim"))"
        try await database.execute(insert)
        let error = await failure { try await database.execute(insert) } as? PostgresError
        #expect(error?.violates("one_of_each_name") == true)
        #expect(error?.violates("another") == false)
        #expect(error?.sqlState == "23505")
        guard case .server(let report) = error else { return #expect(Bool(false), "no report") }
        #expect(report.table == "person")
        #expect(report.description.contains("SQLSTATE 23505 (constraint one_of_each_name)"))
        #expect(!report.description.contains("Geheim"))
    }

    @Test func `a deferred constraint refuses the commit`() async throws {
        try await database.execute(
            "CREATE TABLE late (n int8 CONSTRAINT once UNIQUE DEFERRABLE INITIALLY DEFERRED)"
        )
        let error = await failure {
            try await database.transaction { connection in
                try connection.execute("INSERT INTO late VALUES (1), (1)")
            }
        }
        #expect((error as? PostgresError)?.violates("once") == true)
        let alone = await failure { try await database.execute("INSERT INTO late VALUES (1), (1)") }
        #expect((alone as? PostgresError)?.violates("once") == true)
        #expect(try await numbers(in: "late") == [])
    }

    @Test func `a body that ends its own transaction is told that nothing is certain`() async {
        let error = await failure {
            try await database.transaction { try $0.executeScript("COMMIT") }
        }
        #expect(error as? PostgresError == .outcomeUnknown)
    }

    @Test func `serialization failures are retried until all are counted`() async throws {
        try await database.execute("CREATE TABLE serial (n int8)")
        try await database.execute("INSERT INTO serial VALUES (0)")
        let attempts = Mutex(0)
        // The first attempt reads, is overtaken by another connection, and fails to write.
        let other = TestCluster.shared.database { $0.connections = 1 }
        let (read, overtaken) = (Door(), Door())
        let database = database
        async let slow: Void = database.transaction(isolation: .repeatableRead) { connection in
            let number = try connection.query("SELECT n FROM serial").one().decode(Int.self)
            attempts.withLock { $0 += 1 }
            read.open()
            overtaken.passThrough()
            try connection.execute("UPDATE serial SET n = \(number + 10)")
        }
        await Task.detached { read.passThrough() }.value
        try await other.execute("UPDATE serial SET n = n + 1")
        overtaken.open()
        try await slow
        #expect(try await numbers(in: "serial") == [11])
        #expect(attempts.withLock { $0 } == 2)
    }

    @Test func `a transaction is run at most four times`() async {
        let attempts = Mutex(0)
        let error = await failure {
            try await database.transaction { connection in
                attempts.withLock { $0 += 1 }
                try connection.executeScript(
                    "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40P01'; END $$"
                )
            }
        }
        #expect((error as? PostgresError)?.sqlState == "40P01")
        #expect(attempts.withLock { $0 } == 4)
    }

    @Test func `a statement alone is not retried`() async {
        let error = await failure {
            try await database.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$"
            )
        }
        #expect((error as? PostgresError)?.sqlState == "40001")
    }

    @Test func `a deadlock is resolved by running one side again`() async throws {
        try await database.execute("CREATE TABLE crossing (id int8 PRIMARY KEY, n int8)")
        try await database.execute("INSERT INTO crossing VALUES (1, 0), (2, 0)")
        let (database, doors) = (database, [Door(), Door()])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for side in 0...1 {
                group.addTask {
                    try await database.transaction { connection in
                        try connection.execute(
                            "UPDATE crossing SET n = n + 1 WHERE id = \(1 + side)"
                        )
                        doors[side].open()
                        doors[1 - side].passThrough()
                        try connection.execute(
                            "UPDATE crossing SET n = n + 1 WHERE id = \(2 - side)"
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await numbers(in: "crossing") == [2, 2])
    }

    @Test func `no update is lost when many count at once`() async throws {
        try await database.execute("CREATE TABLE counter (n int8)")
        try await database.execute("INSERT INTO counter VALUES (0)")
        let database = database
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    for _ in 0..<10 {
                        try await database.transaction { connection in
                            let n = try connection.query("SELECT n FROM counter FOR UPDATE").one()
                                .decode(Int.self)
                            try connection.execute("UPDATE counter SET n = \(n + 1)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await numbers(in: "counter") == [640])
    }
}
