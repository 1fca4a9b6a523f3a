import API
import ArgumentParser

/// `wijkmunt terminal …`
struct TerminalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminal",
        abstract: "The tills of a shop.",
        subcommands: [
            Register.self, ShowCode.self, Charge.self, Invoice.self, Proposals.self, Confirm.self,
            Decline.self,
        ]
    )

    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a till and get the code with which it enrols.",
            discussion: "Then: wijkmunt enrol CODE --as till"
        )
        @Argument(help: "What the shop calls it.") var name: String
        @Option(help: "The shop.") var shop: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .registerTerminal)
            let terminal: Terminal = try await session.client.call(
                .registerTerminal,
                path: ["shopId": shop.description],
                body: TerminalRegistration(name: name),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(terminal)
        }
    }
}
