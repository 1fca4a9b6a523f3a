import API
import ArgumentParser

/// `wijkmunt transfer …`
struct TransferCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Coins from one resident to another.",
        subcommands: [Create.self, Show.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Transfer coins.")
        @Argument(help: "How much, such as 12.50.") var amount: String
        @Option(help: "Who receives: an alias or a wallet id.") var to: String
        @Option(help: "The wallet that pays; the profile's own by default.")
        var from: Identifier?
        @Option(help: "What the receiver reads.") var reference: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createTransfer)
            let coin = try await self.coin.resolve(session)
            let transfer: Transfer = try await session.client.call(
                .createTransfer,
                body: TransferCreation(
                    fromWalletId: try session.wallet(from),
                    to: Identifier(to).map(TransferRecipient.wallet) ?? .alias(to),
                    amount: try coin.amount(amount),
                    reference: reference
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(transfer)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a transfer.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getTransfer)
            let transfer: Transfer = try await session.client.call(
                .getTransfer,
                path: ["transferId": id.description]
            )
            try session.output.show(transfer)
        }
    }
}
