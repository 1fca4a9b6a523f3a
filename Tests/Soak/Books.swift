import Ledger
import LocalStack
import Logging
import Postgres

/// Audits a database; everything that does not agree is a violation.
func checkBooks(
    of stack: LocalStack,
    database: String,
    haveLines: Bool = true,
    _ log: SoakLog
) async {
    do {
        var configuration = try stack.databaseConfiguration(role: "wijkmunt_audit")
        configuration.database = database
        configuration.statementTimeoutMilliseconds = 0
        let database = Database(
            configuration: configuration,
            logger: Logger(label: "audit") { _ in SwiftLogNoOpLogHandler() }
        )
        let report = try await LedgerAudit.run(in: database, haveLines: haveLines)
        await database.shutDown()
        log.count("audits")
        log.count("postings audited", report.postings)
        if !report.isSound { log.violation("audit: \(report.drifts.prefix(10))") }
    } catch {
        log.violation("audit: \(error)")
    }
}
