import API
import ArgumentParser

/// `wijkmunt wallet-class …`
struct WalletClassCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet-class",
        abstract: "What wallets may move in a day.",
        subcommands: [Set.self, List.self, Put.self]
    )

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a class, or change its limits for all wallets in it."
        )
        @Argument(help: "Its name, such as youth.") var name: String
        @Option(help: "The most to spend in a day, such as 150.00; no limit by default.")
        var dailySpending: String?
        @Option(help: "The most to receive from others in a day; no limit by default.")
        var dailyReceiving: String?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .setWalletClass)
            let made: WalletClass = try await session.client.call(
                .setWalletClass,
                body: WalletClassSetting(
                    name: name,
                    dailySpending: dailySpending.map { EuroAmount(value: $0) },
                    dailyReceiving: dailyReceiving.map { EuroAmount(value: $0) }
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(made)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the classes.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listWalletClasses)
            let list: Page<WalletClass> = try await session.client.call(
                .listWalletClasses,
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["name", "dailySpending", "dailyReceiving", "wallets"]
            )
        }
    }

    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put a wallet into a class.")
        @Argument(help: "The class.") var name: String
        @Argument(help: "The wallet.") var wallet: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .putWalletIntoClass)
            let member: WalletClassMember = try await session.client.call(
                .putWalletIntoClass,
                path: ["className": name],
                body: WalletClassMember(walletId: wallet),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(member)
        }
    }
}
