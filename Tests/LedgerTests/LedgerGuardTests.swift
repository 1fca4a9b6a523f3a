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
        "TRUNCATE ledger.posting", "DELETE FROM ledger.account",
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
