import API
import ArgumentParser

/// `wijkmunt coin …`
struct CoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coin",
        abstract: "The currencies of a community.",
        subcommands: [Create.self, List.self, Show.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a coin, pegged to the euro."
        )
        @Argument(help: "Its code: lower-case letters, digits and hyphens.") var code: String
        @Option(help: "Its name; the code by default.") var name: String?
        @Option(help: "What stands before amounts.") var symbol: String = "¤"
        @Option(help: "Digits after the point; a peg to the euro needs 2.") var digits: Int = 2
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createCoin)
            let coin: Coin = try await session.client.call(
                .createCoin,
                body: CoinCreation(code: code, name: name ?? code, symbol: symbol, digits: digits),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(coin)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the coins.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listCoins)
            let list: Page<Coin> = try await session.client.call(.listCoins, query: page.query)
            try session.output.show(
                list,
                columns: ["code", "name", "symbol", "digits", "peg", "locality"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a coin.")
        @Argument(help: "Its code.") var code: String
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getCoin)
            let coin: Coin = try await session.client.call(.getCoin, path: ["coinCode": code])
            try session.output.show(coin)
        }
    }
}
