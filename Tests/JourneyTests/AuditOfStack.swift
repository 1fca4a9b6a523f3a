import Ledger
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// Holds the whole ledger of a stack against its own postings.
func requireSoundBooks(of stack: LocalStack) async throws {
    let database = Database(
        configuration: try stack.databaseConfiguration(role: "wijkmunt_audit"),
        logger: Logger(label: "audit")
    )
    let report = try await LedgerAudit.run(in: database)
    await database.shutDown()
    #expect(report.isSound, "\(report.drifts)")
    #expect(report.postings > 0)
}
