import API
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

    @Test func `codes, names of revoked phones and receivers are forgotten in time`() async throws {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let iban = TestIBAN.number(801_802_803)
            let person = try await community.registerPerson("Oud", iban: iban)
            let resident = try await community.enrol(person)
            try await community.credit([TestCredit("Oude Naam", iban, "5.00")])
            _ = try await community.administrator.call(
                .revokeClient,
                ["clientId": "\(resident.phone.id)"],
                body: ClientRevocation(reason: "gestolen")
            ).decode(Client.self)
            // Others of the same kinds that are not due.
            let young = try await community.resident(with: "6.00")
            try await stack.cluster.withOwner(database: LocalStack.databaseName) { database in
                try await database.transaction { try $0.executeScript(Self.ageing) }
            }
            for name in [ServiceName.accounts, .disbursement] {
                let service = try #require(await stack.service(name))
                await service.stop()
                try await service.start()
            }
            _ = try await eventually("what was due is gone") {
                try await Self.left(on: stack) == ["code 1", "line Inwoner", "phone test"]
                    ? true : nil
            }
            #expect(try await young.available() == "6.00")
            let phones = try await community.administrator.call(
                .listDevicesOfPerson,
                ["personId": "\(resident.person)"]
            ).decode(Page<Device>.self).items
            #expect(phones.map(\.name) == ["Forgotten"])
            #expect(phones.map(\.revocationReason) == ["Forgotten"])
        }
    }

    @Test func `where a wallet paid is forgotten after hours`() async throws {
        try await TestStack.withOwn { stack in
            try await stack.cluster.withOwner(database: LocalStack.databaseName) { database in
                try await database.transaction {
                    try $0.executeScript(
                        """
                        INSERT INTO merchant.travel_trace
                        SELECT gen_random_uuid(), gen_random_uuid(), age, 1041,
                               now() - make_interval(hours => age, mins => 1)
                          FROM unnest(ARRAY[1, 11, 12, 40]) AS age
                        """
                    )
                }
            }
            let service = try #require(await stack.service(.merchant))
            await service.stop()
            try await service.start()
            _ = try await eventually("what was due is gone") {
                let left = try await stack.cluster.withOwner(database: LocalStack.databaseName) {
                    try await $0.query("SELECT cell_east FROM merchant.travel_trace ORDER BY 1") {
                        rows in try rows.map { try $0.decode(Int32.self) }
                    }
                }
                return left == [1, 11] ? true : nil
            }
        }
    }

    /// Everything of the first person becomes two years and a bit older.
    private static let ageing = """
        SET LOCAL session_replication_role = replica;
        UPDATE accounts.activation_code a
           SET created_at = a.created_at - interval '800 days',
               used_at = a.used_at - interval '800 days',
               expires_at = a.expires_at - interval '800 days'
          FROM accounts.party p WHERE p.id = a.party_id AND p.name = 'Oud';
        UPDATE accounts.client c SET revoked_at = revoked_at - interval '800 days'
         WHERE revoked_at IS NOT NULL;
        UPDATE disbursement.batch b
           SET submitted_at = submitted_at - interval '800 days',
               done_at = done_at - interval '800 days'
          FROM disbursement.instruction i WHERE i.batch_id = b.id AND i.creditor_name = 'Oude Naam';
        UPDATE disbursement.credit c SET credited_at = credited_at - interval '800 days'
          FROM disbursement.instruction i
         WHERE i.batch_id = c.batch_id AND i.nr = c.nr AND i.creditor_name = 'Oude Naam'
        """

    /// Codes of people, names of phones, and receivers, as far as they are still told.
    private static func left(on stack: LocalStack) async throws -> [String] {
        try await stack.cluster.withOwner(database: LocalStack.databaseName) { database in
            try await database.query(
                """
                SELECT 'code ' || count(*) FROM accounts.activation_code WHERE terminal_id IS NULL
                UNION ALL
                SELECT 'phone ' || name FROM accounts.client
                 WHERE kind = 'phone' AND name <> 'Forgotten'
                UNION ALL
                SELECT 'reason ' || reason FROM accounts.revocation WHERE reason <> 'Forgotten'
                UNION ALL
                SELECT 'line ' || creditor_name FROM disbursement.instruction
                 WHERE creditor_name <> '' OR creditor_masked <> '' OR remittance <> ''
                """
            ) { rows in try rows.map { try $0.decode(String.self) }.sorted() }
        }
    }

    private func forget(_ name: ServiceName, on stack: LocalStack) async throws {
        var configuration = try stack.databaseConfiguration(role: name.databaseRole)
        configuration.tenant = .everyCommunity
        let database = Database(configuration: configuration, logger: Logger(label: "retention"))
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
