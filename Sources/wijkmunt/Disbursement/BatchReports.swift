import API
import ArgumentParser

extension BatchCommand {
    struct Findings: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what is wrong with a file, or worth knowing."
        )
        @Argument(help: "The batch.") var id: Identifier
        @Flag(help: "All of them at once, as CSV for a spreadsheet.") var csv = false
        @Option(help: "Write the CSV to this file.", completion: .file()) var to: String?
        @Option(help: "Only those of this severity: refusal or remark; not of a CSV.")
        var severity: FindingSeverity?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func validate() throws {
            if to != nil, !csv { throw ValidationError("--to goes with --csv") }
            if severity != nil, csv { throw ValidationError("a CSV has all severities") }
        }

        func run() async throws {
            let path = ["batchId": id.description]
            if csv {
                let session = try self.session.open(for: .getFindingsCSV)
                return try await session.client.deliver(.getFindingsCSV, path: path, to: to)
            }
            let session = try self.session.open(for: .listFindings)
            let list: Page<API.Finding> = try await session.client.call(
                .listFindings,
                path: path,
                query: page.query + [("severity", severity?.rawValue)]
            )
            try session.output.show(list, columns: ["severity", "line", "code", "text", "path"])
        }
    }

    struct Decisions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List who decided about lines that looked paid already, and why."
        )
        @Argument(help: "The batch.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listParkingDecisions)
            let list: Page<MadeParkingDecision> = try await session.client.call(
                .listParkingDecisions,
                path: ["batchId": id.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["decision", "count", "reason", "decidedBy", "decidedAt"]
            )
        }
    }

    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the status report (pain.002), or write it with --to."
        )
        @Argument(help: "The batch.") var id: Identifier
        @Option(help: "Write to this file.", completion: .file()) var to: String?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getStatusReport)
            let path = ["batchId": id.description]
            try await session.client.deliver(.getStatusReport, path: path, to: to)
        }
    }

    struct Credits: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what was paid and what came back (camt.054), or write it with --to."
        )
        @Argument(help: "The batch.") var id: Identifier
        @Option(help: "Only what was booked on this day, YYYY-MM-DD.") var day: String?
        @Option(help: "Write to this file.", completion: .file()) var to: String?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getCreditNotification)
            try await session.client.deliver(
                .getCreditNotification,
                path: ["batchId": id.description],
                query: [("day", day)],
                to: to
            )
        }
    }
}

extension FindingSeverity: ExpressibleByArgument {}
