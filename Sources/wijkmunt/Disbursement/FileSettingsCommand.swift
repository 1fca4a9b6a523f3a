import API
import ArgumentParser

extension ProgrammeCommand {
    struct SetFiles: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set how a programme treats its payment files.",
            discussion: """
                What is not said falls back to its default. Files that were handed in before keep what \
                held then.
                """
        )
        @Argument(help: "The programme.") var id: Identifier
        @Flag(help: "Take the good lines of a file in which others are refused.")
        var goodLines = false
        @Flag(help: "Pay as soon as a file is approved, whatever day it asks for.")
        var atOnce = false
        @Option(help: "How often it pays somebody the same: day, week or month.")
        var period: PaymentPeriod?
        @Option(
            help: """
                From this sum on, such as 10000.00, two people approve a file, or what is to be paid \
                in the first year of a standing instruction.
                """
        )
        var twoApproversFrom: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .setFileSettings)
            var threshold: Amount?
            if let twoApproversFrom {
                threshold = try await coin.resolve(session).amount(twoApproversFrom)
            }
            let settings: FileSettings = try await session.client.call(
                .setFileSettings,
                path: ["programmeId": id.description],
                body: FileSettingsCreation(
                    acceptance: goodLines ? .goodLines : .whole,
                    execution: atOnce ? .atOnce : .requestedDate,
                    period: period,
                    twoApproversFrom: threshold
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(settings)
        }
    }

    struct Files: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List how a programme treats its payment files, all versions."
        )
        @Argument(help: "The programme.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listFileSettings)
            let list: Page<FileSettings> = try await session.client.call(
                .listFileSettings,
                path: ["programmeId": id.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: [
                    "version", "acceptance", "execution", "period", "twoApproversFrom", "setAt",
                ]
            )
        }
    }
}

extension PaymentPeriod: ExpressibleByArgument {}
