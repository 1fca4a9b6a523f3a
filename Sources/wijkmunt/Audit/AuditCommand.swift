import API
import ArgumentParser
import Crypto
import Domain
import FoundationEssentials
import Ledger
import LocalStack
import Postgres

/// `wijkmunt audit`
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Prove the books from their postings and the hash chain; exit 3 on any drift.",
        discussion: """
            Reads the database directly, as a role that can change nothing, at one moment of the \
            books; services may go on meanwhile. Without --database-config the installation in \
            --directory is meant, and its database is started when it does not run.
            """
    )

    @OptionGroup var stack: StackOptions
    @Option(help: "A JSON file with `database`, as services have.", completion: .file())
    var databaseConfig: String?
    @Option(
        help: "What `audit-event head -o json` answered once; may be repeated.",
        completion: .file()
    )
    var knownHead: [String] = []
    @Option(
        help: "The key set that signed it, as /v1/jwks answers it; the installation's otherwise.",
        completion: .file()
    )
    var keySet: String?
    @Option(name: .shortAndLong, help: "How to answer: table or json.")
    var output: OutputFormat = .table

    func run() async throws {
        let report: AuditReport
        let heads = try knownHead.map { try KnownHead.read($0, signedBy: keys()) }
        if let databaseConfig {
            report = try await LedgerBooks.audit(configFile: databaseConfig, knownHeads: heads)
        } else {
            report = try await auditInstallation(knownHeads: heads)
        }
        switch output {
        case .json: print(try OutputFormat.json(report))
        case .table: print(LedgerBooks.text(report))
        }
        if !report.isSound { throw CommandFailure("the books do not agree", exitCode: 3) }
    }

    /// Whose signatures of heads count.
    private func keys() throws -> [P256.Signing.PublicKey] {
        if let keySet { return try KnownHead.keys(keySetFile: keySet) }
        guard databaseConfig == nil else {
            throw CommandFailure("--known-head needs --key-set to check its signature")
        }
        return [try KnownHead.key(pemFile: StackDirectory(stack.directory).signingKeyFile)]
    }

    private func auditInstallation(knownHeads: [TrailHead]) async throws -> AuditReport {
        let directory = StackDirectory(stack.directory)
        guard FileManager.default.fileExists(atPath: directory.auditConfigFile) else {
            throw CommandFailure("there is no installation in \(directory.path)")
        }
        let own: LocalStack
        do {
            own = try LocalStack(LocalStack.Options(directory: stack.directory))
        } catch let error as LocalStackError where error.isDirectoryInUse {
            return try await LedgerBooks.audit(
                configFile: directory.auditConfigFile,
                knownHeads: knownHeads
            )
        }
        do {
            try await own.cluster.start()
            let report = try await LedgerBooks.audit(
                configFile: directory.auditConfigFile,
                knownHeads: knownHeads
            )
            await own.stop()
            return report
        } catch {
            await own.stop()
            throw error
        }
    }
}

/// The audit of a database and its words.
enum LedgerBooks {
    /// Audits the database that a configuration file names.
    static func audit(
        configFile: String,
        knownHeads: [TrailHead] = []
    ) async throws -> AuditReport {
        var configuration = try DatabaseFile(path: configFile).configuration()
        configuration.statementTimeoutMilliseconds = 0
        configuration.idleInTransactionTimeoutMilliseconds = 0
        let line = ProgressLine()
        defer { line.end() }
        return try await configuration.withDatabase { database in
            try await LedgerAudit.run(in: database, knownHeads: knownHeads) {
                line.update("comparing \($0)")
            }
        }
    }

    /// The report for people. Coins pegged to the euro have two digits.
    static func text(_ report: AuditReport) -> String {
        var coins = TextTable([
            "community", "coin", "circulation", "in sinks", "reserve €", "postings",
        ])
        coins.rows = report.coins.map { books in
            [
                books.communityId, books.coin,
                DecimalText.text(books.circulationMinorUnits, digits: 2),
                DecimalText.text(books.sunkMinorUnits, digits: 2),
                DecimalText.text(books.reserveMinorUnits, digits: 2), String(books.postings),
            ]
        }
        var lines = [coins.description, ""]
        lines.append(
            "\(report.accounts) accounts, \(report.transfers) transfers and \(report.postings) "
                + "postings were read, of "
                + (report.communities == 1 ? "1 community." : "\(report.communities) communities.")
        )
        if report.isSound {
            lines.append(
                "No drift: balances follow from postings, transfers add up to zero, no limit is "
                    + "broken, circulation equals reserve, records and transfers match, and the "
                    + "hash chain of \(report.chains.reduce(0) { $0 + $1.links }) links is whole; "
                    + "so is the audit trail of \(report.trails.reduce(0) { $0 + $1.events }) events."
            )
            return lines.joined(separator: "\n")
        }
        var drifts = TextTable(["check", "subject", "expected", "found"])
        drifts.rows = report.drifts.map { [$0.check.rawValue, $0.subject, $0.expected, $0.found] }
        lines += ["Drift:", drifts.description]
        if report.omittedDrifts > 0 { lines.append("and \(report.omittedDrifts) more") }
        return lines.joined(separator: "\n")
    }
}
