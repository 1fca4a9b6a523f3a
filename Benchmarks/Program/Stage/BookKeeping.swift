import Foundation
import Ledger
import LocalStack
import Logging
import Postgres

/// Holds what clients were told against the ledger: a benchmark that measured errors, or answers
/// without an effect, cannot pass.
struct BookKeeping: Sendable {
    private let installation: Installation
    /// The transfers that were there when the measurements began.
    let before: Int

    /// Counts what is there.
    init(of installation: Installation) async throws {
        self.installation = installation
        before = try await Books.transfers(in: installation)
    }

    /// Audits the books and compares them with the record; one sentence about it.
    func close(_ series: [Record.Measured]) async throws -> String {
        let posting = series.filter(\.series.movesMoney)
        let acknowledged = posting.flatMap(\.samples).reduce(0) { $0 + $1.operations }
        // When a run ends, a request of every connection may have been sent and not answered.
        let unanswered = posting.reduce(0) { $0 + $1.series.inFlight * $1.samples.count }
        let report = try await audit()
        let found = report.transfers - before
        guard report.isSound else {
            throw BenchmarkFailure("the books do not agree: \(report.drifts.prefix(3))")
        }
        guard (acknowledged...acknowledged + unanswered).contains(found) else {
            throw BenchmarkFailure(
                "\(acknowledged) operations were acknowledged, and the ledger has \(found) transfers"
            )
        }
        return "\(acknowledged) operations were acknowledged, \(found - acknowledged) more were "
            + "under way when their run ended; the audit of \(report.postings) postings is sound"
    }

    private func audit() async throws -> AuditReport {
        var configuration = try installation.stack.databaseConfiguration(role: "wijkmunt_audit")
        configuration.statementTimeoutMilliseconds = 0
        configuration.idleInTransactionTimeoutMilliseconds = 0
        configuration.connections = 1
        let database = Database(configuration: configuration, logger: Logger(label: "audit"))
        do {
            // Pots are filled at once before a measurement begins, by no file.
            let report = try await LedgerAudit.run(in: database, haveLines: false)
            await database.shutDown()
            return report
        } catch {
            await database.shutDown()
            throw error
        }
    }
}
