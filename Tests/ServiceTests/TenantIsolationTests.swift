import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Statements without a filter, or with a wrong one, as each service's role: two communities have
/// something of everything, and neither sees the other's.
@Suite(.timeLimit(.minutes(15))) struct TenantIsolationTests {
    private struct Undone: Error {}

    /// One service looking for one community, and another that has rows as well.
    private struct Look {
        let database, owner: Database
        let tables: [ReadableTable]
        let own, other: UUID

        init(as service: ServiceName) async throws {
            let opened = try await OpenedDatabase.shared
            let estates = try await Estates.shared
            database = try #require(opened.services[service])
            owner = opened.owner
            tables = try await ReadableTable.all(of: service, opened.owner)
            own = estates.foreign.community.id.uuid
            other = estates.own.community.id.uuid
            try #require(tables.count > 8)
        }

        /// What a number comes to for a tenant.
        func number(_ sql: SQL, for tenant: Tenant) async throws -> Int {
            try await tenant.perform {
                try await database.query(sql) { rows -> Int in try rows.one().decode(Int.self) }
            }
        }

        /// How many rows a community really has.
        func count(in table: ReadableTable, of community: UUID) async throws -> Int {
            try await owner.query(
                """
                SELECT count(*) FROM \(rawSQL: table.name) WHERE community_id = \(community)
                """
            ) { try $0.one().decode(Int.self) }
        }

        /// How many rows a statement touches, which is then undone.
        func touched(by sql: SQL) async throws -> Int {
            let count = Monitor(0)
            do {
                try await Tenant.community(own).perform {
                    try await database.transaction { connection in
                        let touched = try connection.execute(sql)
                        count.withLock { $0 = touched }
                        throw Undone()
                    }
                }
            } catch is Undone {}
            return count.withLock { $0 }
        }
    }

    @Test(arguments: ServiceName.allCases)
    func `a query without a filter finds rows of the own community only`(service: ServiceName)
        async throws
    {
        let look = try await Look(as: service)
        var found: Set<String> = []
        for table in look.tables {
            let all: SQL = "SELECT count(\(rawSQL: table.column)) FROM \(rawSQL: table.name)"
            if try await look.count(in: table, of: look.other) > 0 { found.insert(table.name) }
            #expect(try await look.number(all, for: .nobody) == 0, "\(table.name)")
            #expect(try await look.number(all, for: .community(UUID())) == 0, "\(table.name)")
            guard table.showsCommunity else { continue }
            let others: SQL = """
                SELECT count(*) FROM \(rawSQL: table.name) WHERE community_id <> \(look.own)
                """
            let seen = try await look.number(others, for: .community(look.own))
            #expect(seen == 0, "\(table.name)")
            let whose: SQL = """
                SELECT count(*) FROM (SELECT DISTINCT community_id FROM \(rawSQL: table.name)) AS t
                """
            #expect(try await look.number(whose, for: .community(look.own)) <= 1, "\(table.name)")
        }
        // There was something to find.
        #expect(found.count * 3 > look.tables.count * 2, "\(found.sorted())")
    }

    @Test func `what may be read without its community is kept apart as well`() async throws {
        let look = try await Look(as: .wallet)
        let revoked = UUID()
        try await look.owner.execute(
            """
            INSERT INTO accounts.revocation
            SELECT community_id, id, '2000-01-01', 'test', now() FROM accounts.client
             WHERE community_id IN (\(look.own), \(look.other)) AND terminal_id IS NOT NULL
            ON CONFLICT DO NOTHING
            """
        )
        let count: SQL = """
            SELECT count(client_id) FROM accounts.revocation WHERE tokens_before < '2000-01-02'
            """
        let own = try await look.number(count, for: .community(look.own))
        let other = try await look.number(count, for: .community(look.other))
        #expect(own > 0 && other > 0)
        #expect(try await look.number(count, for: .everyCommunity) == own + other)
        #expect(try await look.number(count, for: .community(revoked)) == 0)
    }

    @Test(arguments: ServiceName.allCases)
    func `a change without a filter changes rows of the own community only`(service: ServiceName)
        async throws
    {
        let look = try await Look(as: service)
        var changed = 0
        for table in look.tables where table.showsCommunity {
            guard let column = table.changeable else { continue }
            let before = try await look.count(in: table, of: look.own)
            let rows = try await look.touched(
                by: "UPDATE \(rawSQL: table.name) SET \(rawSQL: column) = \(rawSQL: column)"
            )
            // A worker may have added one in between.
            let after = try await look.count(in: table, of: look.own)
            #expect(before <= rows && rows <= after, "\(table.name)")
            changed += rows
            let others = try await look.touched(
                by: """
                    UPDATE \(rawSQL: table.name) SET \(rawSQL: column) = \(rawSQL: column)
                     WHERE community_id <> \(look.own)
                    """
            )
            #expect(others == 0, "\(table.name)")
        }
        // The wallet service changes only how far it has checked, which may not have begun.
        #expect(changed > 0 || service == .wallet)
    }

    @Test(arguments: ServiceName.allCases)
    func `a removal without a filter removes rows of the own community only`(service: ServiceName)
        async throws
    {
        let look = try await Look(as: service)
        var removed = 0
        for table in look.tables where table.mayDelete {
            do {
                let rows = try await look.touched(by: "DELETE FROM \(rawSQL: table.name)")
                #expect(try await look.count(in: table, of: look.own) == rows, "\(table.name)")
                removed += rows
            } catch let error as PostgresError {
                // A trigger keeps the own ones, too.
                #expect(error.sqlState == "23000", "\(table.name): \(error)")
            }
            let others = try await look.touched(
                by: "DELETE FROM \(rawSQL: table.name) WHERE community_id <> \(look.own)"
            )
            #expect(others == 0, "\(table.name)")
        }
        #expect(removed > 0)
    }

    @Test(arguments: ServiceName.allCases)
    func `nothing is written for another community`(service: ServiceName) async throws {
        let look = try await Look(as: service)
        let writable = look.tables.filter(\.mayInsert)
        for table in writable {
            func insert(_ community: UUID) async -> PostgresError? {
                do {
                    _ = try await look.touched(
                        by: "INSERT INTO \(rawSQL: table.name) (community_id) VALUES (\(community))"
                    )
                    return nil
                } catch {
                    return error as? PostgresError
                }
            }
            #expect(await insert(look.other)?.sqlState == "42501", "\(table.name)")
            // The own one gets further: to the columns that must not be empty, or to its row.
            let own = await insert(look.own)?.sqlState
            #expect(["23502", "23505"].contains(own), "\(table.name): \(own ?? "done")")
        }
        #expect(!writable.isEmpty)
    }
}
