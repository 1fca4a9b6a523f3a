import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// What is kept for a time only, is gone when the time is over.
@Suite(.timeLimit(.minutes(15))) struct RetentionTests {
    @Test func `first answers are forgotten when their time is over`() async throws {
        try await TestStack.withOwn { stack in
            for name in ServiceName.allCases { try await forget(name, on: stack) }
        }
    }

    private func forget(_ name: ServiceName, on stack: LocalStack) async throws {
        let database = Database(
            configuration: try stack.databaseConfiguration(role: name.databaseRole),
            logger: Logger(label: "retention")
        )
        // More than one statement removes, and one that may still be asked for.
        try await database.execute(Self.answers(2500, days: 31, name))
        try await database.execute(Self.answers(1, days: 29, name))
        let service = try #require(await stack.service(name))
        await service.stop()
        try await service.start()
        _ = try await eventually("only the young one is left") {
            try await Self.count(name, database) == 1 ? true : nil
        }
        await database.shutDown()
    }

    private static func answers(_ count: Int, days: Int, _ name: ServiceName) -> SQL {
        """
        INSERT INTO \(rawSQL: name.rawValue).idempotency_record
               (community_id, client_id, operation, key, fingerprint, status, content_type, body,
                created_at)
        SELECT gen_random_uuid(), gen_random_uuid(), 'aged', n::text, '', 201,
               'application/json', '{}', now() - make_interval(days => \(Int32(days)))
          FROM generate_series(1, \(count)) AS n
        """
    }

    private static func count(_ name: ServiceName, _ database: Database) async throws -> Int {
        try await database.query(
            """
            SELECT count(*) FROM \(rawSQL: name.rawValue).idempotency_record
             WHERE operation = 'aged'
            """
        ) { try $0.one().decode(Int.self) }
    }
}
