import API
import ArgumentParser

/// `wijkmunt correction …`
struct CorrectionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correction",
        abstract: "Transfers that set others right.",
        subcommands: [Create.self, Show.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give back what a transfer moved.",
            discussion: "All of it, or a part when it went from one account to another."
        )
        @Argument(help: "The transfer.") var transfer: Identifier
        @Option(help: "Why; everybody concerned reads it.") var reason: String
        @Option(help: "A part, such as 12.50; all of it by default.") var amount: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createCorrection)
            var part: Amount?
            if let amount { part = try await coin.resolve(session).amount(amount) }
            let correction: Correction = try await session.client.call(
                .createCorrection,
                body: CorrectionCreation(transferId: transfer, amount: part, reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(correction)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a correction.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getCorrection)
            let correction: Correction = try await session.client.call(
                .getCorrection,
                path: ["correctionId": id.description]
            )
            try session.output.show(correction)
        }
    }
}
