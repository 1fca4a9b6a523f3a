import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// Who may do what in the database, as its catalog has it and as each login role finds out.
@Suite struct DatabaseRoleTests {
    /// The answers of the catalog as lines, and those of `DatabaseGrants`.
    private func compare(_ found: [String], _ decided: Set<String>) {
        #expect(!found.isEmpty)
        #expect(Set(found).subtracting(decided).sorted() == [], "granted, and nobody decided it")
        #expect(decided.subtracting(found).sorted() == [], "decided, and not there")
    }

    private func ask(_ sql: SQL) async throws -> [String] {
        try await GrantsDatabase.shared.owner.query(sql) { rows in
            try rows.map { try $0.decode(String.self) }
        }
    }

    @Test func `every right to a table was decided`() async throws {
        compare(try await ask(GrantsCatalog.tables), DatabaseGrants.tables)
    }

    @Test func `every right to call a function was decided`() async throws {
        compare(try await ask(GrantsCatalog.functions), DatabaseGrants.functions)
    }

    @Test func `every right to the database itself was decided`() async throws {
        compare(try await ask(GrantsCatalog.database), DatabaseGrants.database)
    }

    @Test func `every right to look into a schema was decided`() async throws {
        compare(try await ask(GrantsCatalog.schemas), DatabaseGrants.schemas)
    }

    @Test func `nothing is granted in advance, to pass on, or by membership`() async throws {
        #expect(try await ask(GrantsCatalog.powers) == [])
    }

    @Test func `functions with the owner's power look nowhere else for names`() async throws {
        let open = try await ask(
            """
            SELECT p.oid::regprocedure::text FROM pg_proc p
             WHERE p.prosecdef AND p.pronamespace <> 'pg_catalog'::regnamespace
               AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
            """
        )
        #expect(open == [])
    }

    /// What a function leaves open, it takes from its caller, who may have turned the rest off.
    @Test func `functions that turn a kind of join off say which may be used`() async throws {
        let (some, all) = try await (
            ask(
                """
                SELECT p.oid::regprocedure::text FROM pg_proc p, unnest(p.proconfig) AS c
                 WHERE c ~ '^enable_(nestloop|hashjoin|mergejoin)=' GROUP BY 1
                """
            ),
            ask(
                """
                SELECT p.oid::regprocedure::text FROM pg_proc p, unnest(p.proconfig) AS c
                 WHERE c ~ '^enable_(nestloop|hashjoin|mergejoin)=' GROUP BY 1
                HAVING count(*) = 3 AND bool_or(c LIKE '%=on')
                """
            )
        )
        #expect(!some.isEmpty)
        #expect(Set(some).subtracting(all).sorted() == [])
    }

    @Test(arguments: DatabaseGrants.roles)
    func `each role can do to every table what was decided, and nothing else`(role: String)
        async throws
    {
        let grants = try await GrantsDatabase.shared
        let database = try #require(grants.roles[role])
        for column in try await grants.columns() {
            let (table, name) = (column.table, column.name)
            let rights = DatabaseGrants.Rights(of: role, to: table)
            var attempts = [
                ("SELECT", "SELECT \(name) FROM \(table) LIMIT 0"),
                // Columns that make themselves take no other value.
                ("UPDATE", "UPDATE \(table) SET \(name) = DEFAULT WHERE false"),
            ]
            if column.isFirst {
                let nothing = "SELECT NULL::\(column.type) WHERE false"
                attempts += [
                    ("INSERT", "INSERT INTO \(table) (\(name)) \(nothing)"),
                    ("DELETE", "DELETE FROM \(table) WHERE false"),
                    ("TRUNCATE", "TRUNCATE \(table)"),
                ]
            }
            for (right, statement) in attempts {
                let isAllowed = try await database.allows(statement)
                let isDecided = rights.include(right, column: name)
                #expect(isAllowed == isDecided, "\(role): \(statement)")
            }
        }
    }

    @Test(arguments: DatabaseGrants.roles)
    func `nobody but the owner makes, changes or drops anything`(role: String) async throws {
        let grants = try await GrantsDatabase.shared
        let database = try #require(grants.roles[role])
        var attempts = [
            "CREATE SCHEMA mine", "CREATE ROLE mine", "CREATE DATABASE mine",
            "ALTER ROLE wijkmunt_\(role) SUPERUSER", "ALTER ROLE wijkmunt_audit LOGIN",
            "ALTER SYSTEM SET fsync = off", "ALTER DATABASE grants SET search_path = mine",
            "DROP DATABASE grants",
            "SET ROLE wijkmunt_owner", "SET SESSION AUTHORIZATION wijkmunt_owner",
            "COPY public.schema_migration TO PROGRAM 'cat'",
            "SET session_replication_role = replica",
        ]
        for schema in DatabaseGrants.schemas.compactMap({ $0.split(separator: " ").first }) {
            attempts += [
                "CREATE TABLE \(schema).mine (id uuid)", "DROP SCHEMA \(schema) CASCADE",
                "CREATE FUNCTION \(schema).mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            ]
        }
        let tables = Set(try await grants.columns().map(\.table))
        #expect(tables.count > 40)
        for table in tables {
            attempts += [
                "ALTER TABLE \(table) ADD COLUMN mine integer", "DROP TABLE \(table) CASCADE",
                "ALTER TABLE \(table) DISABLE TRIGGER ALL", "CREATE INDEX ON \(table) ((1))",
                "ALTER TABLE \(table) OWNER TO wijkmunt_\(role)",
            ]
        }
        for function in try await ask(GrantsCatalog.signatures) {
            attempts += [
                "ALTER FUNCTION \(function) SECURITY INVOKER", "DROP FUNCTION \(function) CASCADE",
            ]
        }
        for statement in attempts {
            #expect(try await !database.allows(statement), "\(role): \(statement)")
        }
    }

    /// What the services must not be able to do to each other, whatever else is granted one day.
    @Test(arguments: [
        ("merchant", "UPDATE ledger.account SET posted = posted + 100"),
        ("merchant", "INSERT INTO ledger.posting SELECT * FROM ledger.posting"),
        ("merchant", "INSERT INTO ledger.account SELECT * FROM ledger.account"),
        ("merchant", "INSERT INTO accounts.locality_policy SELECT * FROM accounts.locality_policy"),
        ("disbursement", "UPDATE accounts.locality_policy SET rules = '[]'"),
        ("disbursement", "DELETE FROM accounts.locality_policy"),
        ("disbursement", "DELETE FROM accounts.geofence"),
        ("disbursement", "INSERT INTO wallet.depreciation_policy DEFAULT VALUES"),
        ("wallet", "UPDATE ledger.transfer_rule SET role = role"),
        ("accounts", "SELECT * FROM ledger.account"), ("accounts", "DELETE FROM ledger.posting"),
        ("accounts", "UPDATE ledger.coin SET circulation = 0"),
        ("audit", "DELETE FROM wallet.ledger_drift"), ("audit", "DELETE FROM ledger.transfer"),
    ])
    func `no service writes the ledger or another's tables`(
        role: String,
        statement: String
    ) async throws {
        let database = try #require(try await GrantsDatabase.shared.roles[role])
        #expect(try await !database.allows(statement))
    }

    @Test(arguments: [
        "SELECT * FROM merchant.payment", "SELECT * FROM disbursement.instruction",
        "SELECT * FROM accounts.client", "SELECT * FROM accounts.activation_code",
        "SELECT iban_hash FROM accounts.party",
    ])
    func `wallet cannot read another service's schema`(statement: String) async throws {
        let database = try #require(try await GrantsDatabase.shared.roles["wallet"])
        #expect(try await !database.allows(statement))
        #expect(try await database.allows("SELECT name FROM accounts.party"))
    }

    @Test func `the audit reads and nothing else`() {
        let rights = DatabaseGrants.tables.filter { $0.contains(" audit ") }
        #expect(rights.count > 10)
        #expect(rights.allSatisfy { $0.contains(" audit SELECT") })
    }
}

extension Database {
    /// Whether the server lets this role run a statement.
    fileprivate func allows(_ statement: String) async throws -> Bool {
        do {
            _ = try await execute("\(rawSQL: statement)")
            return true
        } catch let error as PostgresError where error.sqlState == "42501" {
            return false
        }
    }
}
