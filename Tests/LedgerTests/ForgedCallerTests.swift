import FoundationEssentials
import Postgres
import Testing

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
