import API
import ArgumentParser

extension BatchCommand {
    struct Find: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find the lines of somebody, or of an EndToEndId, in all batches.",
            discussion: "Say one of --person, --iban, --client-number and --end-to-end-id."
        )
        @Option(help: "A registered person.") var person: Identifier?
        @Option(help: "An account.") var iban: String?
        @Option(help: "A number of your institution.") var clientNumber: String?
        @Option(help: "The payer's identification of a line.") var endToEndId: String?
        @Option(help: "Only batches of this programme.") var programme: Identifier?
        @Option(help: "Only batches since this day; the last 92 days by default.")
        var from: String?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .searchLines)
            let list: Page<FoundLine> = try await session.client.call(
                .searchLines,
                body: LineSearch(
                    personId: person,
                    iban: iban,
                    clientNumber: clientNumber,
                    endToEndId: endToEndId,
                    programmeId: programme,
                    fromOn: from,
                    limit: page.limit,
                    cursor: page.cursor
                )
            )
            try session.output.show(
                list,
                columns: [
                    "batchId", "batchState", "instruction.line", "instruction.creditorName",
                    "instruction.amount", "instruction.state", "instruction.creditedAt",
                    "instruction.grantId",
                ]
            )
        }
    }
}
