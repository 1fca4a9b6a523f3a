import Domain
import Ledger
import LocalStack
import Postgres
import TestSupport
import Testing

/// A statement that takes too long, because somebody else has what it needs.
@Suite(.timeLimit(.minutes(15))) struct StatementTimeoutTests {
    @Test(arguments: ["57014", "55P03"])
    func `a batch that is given up has no effect and can be posted again`(
        state: String
    ) async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([1000, 0])
        var settings = try await TestStack.shared.databaseConfiguration(role: "wijkmunt_wallet")
        settings.connections = 1
        settings.statementTimeoutMilliseconds = state == "57014" ? 150 : 0
        settings.lockTimeoutMilliseconds = state == "55P03" ? 150 : 0
        let impatient = Database(configuration: settings, logger: .silent)
        let batch = [
            books.move(.transfer, from: pots[0], to: pots[1], 300),
            books.move(.transfer, from: pots[0], to: pots[1], 400),
        ]
        try await OpenStatement.hold("SELECT FROM ledger.account WHERE id = \(pots[0]) FOR UPDATE")
        {
            do {
                _ = try await books.post(batch, as: impatient)
                Issue.record("posted on a locked account")
            } catch let error as PostgresError {
                #expect(error.sqlState == state)
            }
        }
        #expect(try await books.posted(pots[1]) == 0)
        // By somebody with time: on a busy machine even this may take longer.
        #expect(try await books.post(batch, as: books.wallet) == [.posted, .posted])
        #expect(try await books.posted(pots[1]) == 700)
        await impatient.shutDown()
    }
}
