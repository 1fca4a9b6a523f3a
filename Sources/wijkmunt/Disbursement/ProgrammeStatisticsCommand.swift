import API
import ArgumentParser

extension ProgrammeCommand {
    struct Statistics: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a programme did in a month, in figures that tell of nobody."
        )
        @Argument(help: "Its id.") var id: Identifier
        @Argument(help: "A month that is over, such as 2026-03.") var month: String
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getProgrammeStatistics)
            let statistics: ProgrammeStatistics = try await session.client.call(
                .getProgrammeStatistics,
                path: ["programmeId": id.description, "month": month]
            )
            try session.output.show(statistics)
        }
    }
}

extension ProgrammeCommand {
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what became of the files of a day, week, month or year."
        )
        @Argument(help: "Its id.") var id: Identifier
        @Argument(help: "Such as 2026-03-02, 2026-W10, 2026-03 or 2026.") var period: String
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getStatusSummary)
            let summary: StatusSummary = try await session.client.call(
                .getStatusSummary,
                path: ["programmeId": id.description, "period": period]
            )
            guard session.output == .table else { return try session.output.show(summary) }
            print("\(summary.batches) files in \(summary.period)")
            session.output.showTable(summary.statuses, columns: ["status", "count", "total"])
        }
    }
}

extension ProgrammeCommand {
    struct Credits: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Print what was booked in a day, week or month (camt.054), or write it with --to."
        )
        @Argument(help: "Its id.") var id: Identifier
        @Argument(help: "Such as 2026-03-02, 2026-W10 or 2026-03.") var period: String
        @Option(help: "Write to this file.", completion: .file()) var to: String?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getProgrammeCreditNotification)
            try await session.client.deliver(
                .getProgrammeCreditNotification,
                path: ["programmeId": id.description, "period": period],
                to: to
            )
        }
    }
}

extension ProgrammeCommand {
    struct Totals: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what it paid each person in a period as CSV, or write it with --to."
        )
        @Argument(help: "Its id.") var id: Identifier
        @Argument(help: "Such as 2026, 2026-03, 2026-W10 or 2026-03-02.") var period: String
        @Option(help: "Write to this file.", completion: .file()) var to: String?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getProgrammeTotals)
            try await session.client.deliver(
                .getProgrammeTotals,
                path: ["programmeId": id.description, "period": period],
                to: to
            )
        }
    }
}
