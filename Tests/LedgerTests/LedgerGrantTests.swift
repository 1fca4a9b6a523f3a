import FoundationEssentials
import LedgerModel
import Postgres
import TestSupport
import Testing

/// Who may call what and read what in the schema `ledger`, as the catalog of the database has it.
/// A new function or table is refused here until somebody has decided about it.
@Suite struct LedgerGrantTests {
    private static let roles = ["accounts", "wallet", "merchant", "disbursement", "audit"]

    /// Functions that services call.
    private static let functions: [String: Set<String>] = [
        "post": ["wallet", "merchant", "disbursement"],
        "open_accounts": ["wallet", "merchant", "disbursement"],
        "open_coin": ["accounts"],
        "place_hold": ["merchant"], "void_hold": ["merchant"],
        "set_expiry": ["disbursement"],
        "open_months": ["wallet"], "expire_holds": ["wallet"], "expire_pots": ["wallet"],
        "depreciate": ["wallet"], "add_depreciation": ["wallet"], "set_depreciation": ["wallet"],
        "set_limits": ["wallet"], "set_holder": ["wallet"], "set_holder_class": ["wallet"],
        // These only read.
        "balance_at": ["wallet", "audit"], "standing_at": ["wallet", "audit"],
        "worth_at": ["wallet", "audit"], "depreciated": ["wallet", "audit"],
        "periods_passed": ["wallet", "audit"], "content": ["wallet", "audit"],
    ]

    /// Functions that only other functions of the ledger call.
    private static let inner: Set<String> = [
        "refuse_change", "first_id_at", "lock_holders", "reverse", "is_replay",
        "is_repetition", "write_batch", "move_pairs", "depreciate_accounts", "keep_parts",
        "release_holds", "adopt",
    ]

    /// Tables and who reads them; nobody writes any.
    private static let tables: [String: Set<String>] = [
        "account": ["wallet", "merchant", "disbursement", "audit"],
        "coin": ["wallet", "merchant", "disbursement", "audit"],
        "transfer": ["wallet", "merchant", "disbursement", "audit"],
        "posting": ["wallet", "audit"],
        "batch": ["wallet", "audit"], "chain": ["wallet", "audit"],
        "hold": ["wallet", "merchant", "audit"], "hold_part": ["wallet", "merchant", "audit"],
        "holder": ["wallet", "audit"], "holder_class": ["wallet", "audit"],
        "depreciation": ["wallet", "audit"], "reversal": ["audit"], "transfer_rule": ["audit"],
        "opening_rule": [],
    ]

    private func owner() async throws -> Database { try await LedgerBooks.open().owner }

    @Test func `every function of the ledger has the callers that were decided`() async throws {
        let found = try await owner().query(
            """
            SELECT p.proname::text, ARRAY(
                       SELECT r FROM unnest(\(Self.roles)) AS r
                        WHERE has_function_privilege('wijkmunt_' || r, p.oid, 'EXECUTE'))
              FROM pg_proc p WHERE p.pronamespace = 'ledger'::regnamespace
            """
        ) { try $0.map { try $0.decode(String.self, [String].self) } }
        #expect(Set(found.map(\.0)) == Self.inner.union(Self.functions.keys))
        for (name, callers) in found {
            #expect(Set(callers) == Self.functions[name] ?? [], "\(name)")
        }
    }

    @Test func `every table of the ledger has the readers that were decided, and no writer`()
        async throws
    {
        let found = try await owner().query(
            """
            SELECT c.relname::text, c.relispartition,
                   ARRAY(SELECT r FROM unnest(\(Self.roles)) AS r
                          WHERE has_table_privilege('wijkmunt_' || r, c.oid, 'SELECT')),
                   ARRAY(SELECT r FROM unnest(\(Self.roles)) AS r
                          WHERE has_table_privilege('wijkmunt_' || r, c.oid,
                                    'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                             OR has_any_column_privilege('wijkmunt_' || r, c.oid,
                                    'INSERT, UPDATE, REFERENCES'))
              FROM pg_class c
             WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
            """
        ) { try $0.map { try $0.decode(String.self, Bool.self, [String].self, [String].self) } }
        #expect(Set(found.filter { !$0.1 }.map(\.0)) == Set(Self.tables.keys))
        for (name, isPartition, readers, writers) in found {
            #expect(Set(readers) == (isPartition ? [] : Self.tables[name]), "\(name)")
            #expect(writers.isEmpty, "\(name)")
        }
    }

    @Test func `no service owns, makes or draws a number of anything in the ledger`() async throws {
        let powers = try await owner().query(
            """
            SELECT r FROM unnest(\(Self.roles)) AS r
             WHERE has_schema_privilege('wijkmunt_' || r, 'ledger', 'CREATE')
                OR has_sequence_privilege('wijkmunt_' || r, 'ledger.batch_id',
                                          'USAGE, SELECT, UPDATE')
                OR EXISTS (SELECT FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner
                            WHERE o.rolname = 'wijkmunt_' || r)
                OR EXISTS (SELECT FROM pg_proc p JOIN pg_roles o ON o.oid = p.proowner
                            WHERE o.rolname = 'wijkmunt_' || r)
                OR EXISTS (SELECT FROM pg_roles o WHERE o.rolname = 'wijkmunt_' || r
                              AND (o.rolsuper OR o.rolcreaterole OR o.rolbypassrls))
                OR EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles o ON o.oid = m.member
                            WHERE o.rolname = 'wijkmunt_' || r)
            """
        ) { try $0.map { try $0.decode(String.self) } }
        #expect(powers.isEmpty, "\(powers)")
    }

    @Test func `functions with the owner's power look nowhere else for names`() async throws {
        let open = try await owner().query(
            """
            SELECT p.oid::regprocedure::text FROM pg_proc p
             WHERE p.prosecdef AND p.pronamespace <> 'pg_catalog'::regnamespace
               AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
            """
        ) { try $0.map { try $0.decode(String.self) } }
        #expect(open.isEmpty, "\(open)")
    }
}

/// A service whose code has been taken over: it has its login role and any SQL it likes.
@Suite struct ForgedCallerTests {
    @Test(arguments: [
        "INSERT INTO ledger.posting_2026_11 SELECT * FROM ledger.posting LIMIT 0",
        "UPDATE ledger.transfer_timeless SET amounts = '{-1,1}'",
        "INSERT INTO ledger.batch SELECT * FROM ledger.batch LIMIT 0",
        "UPDATE ledger.chain SET head = sha256('')", "UPDATE ledger.hold SET remaining = 0",
        "UPDATE ledger.hold_part SET remaining = 0", "DELETE FROM ledger.reversal",
        "INSERT INTO ledger.reversal VALUES (gen_random_uuid(), gen_random_uuid(), NULL, 1, 0)",
        "UPDATE ledger.holder SET spent = 0", "UPDATE ledger.holder_class SET daily_spending = 0",
        "UPDATE ledger.depreciation SET periods = 1",
        "INSERT INTO ledger.opening_rule VALUES ('a')",
        "SELECT ledger.write_batch(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
            + "NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "SELECT ledger.move_pairs(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "SELECT ledger.depreciate_accounts(NULL, NULL, NULL)",
        "SELECT ledger.release_holds(NULL, NULL, NULL)",
        "SELECT ledger.keep_parts(NULL, NULL, NULL, NULL, NULL, NULL)",
        "SELECT ledger.reverse(NULL, NULL, NULL, NULL, 1)",
        "SELECT ledger.lock_holders(NULL, NULL, NULL)", "SELECT nextval('ledger.batch_id')",
        "ALTER TABLE ledger.posting DISABLE TRIGGER ALL",
        "CREATE TABLE ledger.mine (id uuid)", "DROP FUNCTION ledger.refuse_change CASCADE",
        "SET SESSION AUTHORIZATION wijkmunt_owner", "SET ROLE wijkmunt_disbursement",
        "SET session_replication_role = replica", "COPY ledger.posting TO '/tmp/stolen'",
    ])
    func `gets nothing done but by proposing`(statement: String) async throws {
        let books = try await LedgerBooks.open()
        for database in [books.wallet, books.merchant] {
            do {
                _ = try await database.execute("\(rawSQL: statement)")
                Issue.record("allowed: \(statement)")
            } catch let error as PostgresError {
                #expect(error.sqlState == "42501", "\(error)")
            }
        }
    }

    @Test func `cannot speak for another role by naming it`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000])
        // session_user is who logged in, whatever a session says of itself.
        let verdicts = try await books.wallet.transaction { connection in
            _ = try connection.query("SELECT set_config('role', 'none', true)")
            _ = try connection.query("SELECT set_config('application_name', 'owner', true)")
            return try connection.query(
                """
                SELECT verdicts FROM ledger.post(
                    \(books.community), \([UUID()]), \(["disbursement"]), \([String?.none]),
                    \([UUID?.none]), \([UUID?.none]), \([UUID?.none]), \([UUID?.none]),
                    \([false]), \([Int32(1), 1]), \([books.programme, pots[0]]),
                    \([Int64(-1), 1]))
                """
            ).one().decode([String].self)
        }
        #expect(verdicts == ["forbidden"])
    }
}
