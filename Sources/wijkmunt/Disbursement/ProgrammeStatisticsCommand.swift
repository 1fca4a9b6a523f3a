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
