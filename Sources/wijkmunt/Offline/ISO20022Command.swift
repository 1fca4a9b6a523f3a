import ArgumentParser
import FoundationEssentials
import ISO20022

/// `wijkmunt iso20022 …`
struct ISO20022Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "iso20022",
        abstract: "Payment files, checked without any service.",
        subcommands: [Check.self]
    )

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check payment files (pain.001.001.03 and .09; lists as .csv or .json).",
            discussion: """
                Exits 0 when all files are acceptable, 1 when one is refused, 2 on wrong usage.
                """
        )
        @Argument(
            help: "The files.",
            completion: .file(extensions: ["xml", "csv", "json"])
        )
        var files: [String]
        @Option(
            help: "A directory with the schemas (XSD) to validate XML against as well.",
            completion: .directory
        )
        var schemas: String?
        @Option(name: .shortAndLong, help: "How to answer: table or json.")
        var output: OutputFormat = .table

        func run() throws {
            let days = Int((Date().timeIntervalSince1970 / 86_400).rounded(.down))
            let today = CalendarDate(daysSinceEpoch: days)
            var limits = PaymentFileLimits()
            do throws(PaymentSchemas.Unusable) {
                limits.schemas = try schemas.map { directory throws(PaymentSchemas.Unusable) in
                    try PaymentSchemas(directory: directory)
                }
            } catch {
                throw CommandFailure(error.description)
            }
            let checked = PaymentFileCheck.check(paths: files, today: today, limits: limits)
            switch output {
            case .json: print(try OutputFormat.json(checked))
            case .table: for file in checked { show(file) }
            }
            if checked.contains(where: { $0.verdict == .refused }) { throw ExitCode(1) }
        }

        private func show(_ file: PaymentFileCheck.CheckedFile) {
            let type = file.messageType ?? "unknown message"
            print(
                "\(file.file): \(file.verdict.rawValue) (\(type), "
                    + "\(counted(file.transactions, "transaction")), sum \(file.controlSum))"
            )
            for finding in file.findings {
                let place = finding.path.isEmpty ? "" : " \(finding.path)"
                print(
                    "  line \(finding.line)\(place): \(finding.severity.rawValue) "
                        + "\(finding.code): \(finding.text)"
                )
            }
            if file.omittedFindings > 0 {
                print("  and \(counted(file.omittedFindings, "finding")) more")
            }
        }
    }
}
