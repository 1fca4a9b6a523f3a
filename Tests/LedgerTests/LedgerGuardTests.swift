import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// What the database refuses whatever a service's code says.
@Suite struct LedgerGuardTests {
    @Test(arguments: [
        "UPDATE ledger.posting SET amount = 1", "DELETE FROM ledger.posting",
        "UPDATE ledger.transfer SET reference = 'x'", "DELETE FROM ledger.transfer",
        "DELETE FROM ledger.account",
    ])
    func `history is immutable even for the owner`(statement: String) async throws {
        let books = try await LedgerBooks.open()
        _ = try await books.pots([10])
        do {
            _ = try await books.owner.execute("\(rawSQL: statement)")
            Issue.record("allowed: \(statement)")
        } catch let error as PostgresError {
            #expect(error.sqlState == "23000")
        }
    }

    /// In a database that no service uses: this waits for all readers of a table, and everybody else for it.
    @Test func `the history is emptied by nobody, nor a month of it`() async throws {
        let owner = try await GrantsDatabase.shared.owner
        let months = try await owner.query(
            """
            SELECT inhrelid::regclass::text FROM pg_catalog.pg_inherits
             WHERE inhparent IN ('ledger.posting'::regclass, 'ledger.transfer'::regclass)
             ORDER BY 1
            """
        ) { rows in try rows.map { try $0.decode(String.self) } }
        #expect(months.count > 2)
        let others = ["ledger.batch", "ledger.chain", "accounts.mandate_use"]
        for table in ["ledger.posting", "ledger.transfer"] + months + others {
            do {
                let statement = "TRUNCATE \(table)"
                _ = try await owner.execute("\(rawSQL: statement)")
                Issue.record("emptied: \(table)")
            } catch let error as PostgresError {
                #expect(error.sqlState == "23000", "\(table)")
            }
        }
    }

    @Test func `a balance below its floor is refused by a constraint`() async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([10])
        do {
            _ = try await books.owner.execute(
                "UPDATE ledger.account SET posted = -1 WHERE id = \(pots[0])"
            )
            Issue.record("a pot below zero")
        } catch let error as PostgresError {
            #expect(error.violates("account_available_not_below_floor"))
        }
    }
}
