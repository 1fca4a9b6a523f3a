import API
import ArgumentParser

/// `wijkmunt wallet …`
struct WalletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet",
        abstract: "The purse of a resident.",
        subcommands: [
            Show.self, List.self, Statement.self, Holds.self, Events.self, Lookup.self,
            ChooseAlias.self,
        ]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show pots and balances.")
        @Argument(help: "Its id; the profile's own by default.") var id: Identifier?
        @Option(help: "As it stood, or will stand, at this moment.") var at: Instant?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getWallet)
            let wallet: Wallet = try await session.client.call(
                .getWallet,
                path: ["walletId": try session.wallet(id).description],
                query: [("at", at?.description)]
            )
            guard session.output == .table else { return try session.output.show(wallet) }
            print("wallet \(wallet.id)" + (wallet.alias.map { " (\($0))" } ?? ""))
            session.output.showTable(
                wallet.pots,
                columns: ["coin", "programmeName", "posted", "held", "available", "expiresAt"]
            )
            for total in wallet.totals { print("available: \(total.available.text)") }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List your wallets.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listWallets)
            let list: Page<Wallet> = try await session.client.call(.listWallets, query: page.query)
            try session.output.show(list, columns: ["id", "alias", "createdAt"])
        }
    }

    struct Statement: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what was credited and debited, newest first."
        )
        @Argument(help: "The wallet; the profile's own by default.") var id: Identifier?
        @Option(help: "Only this coin.") var coin: String?
        @Option(help: "From this moment.") var from: Instant?
        @Option(help: "Until this moment.") var until: Instant?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listStatementLines)
            let list: Page<StatementLine> = try await session.client.call(
                .listStatementLines,
                path: ["walletId": try session.wallet(id).description],
                query: page.query + [
                    ("coin", coin), ("fromAt", from?.description), ("untilAt", until?.description),
                ]
            )
            try session.output.show(
                list,
                columns: [
                    "postedAt", "kind", "amount", "walletBalance", "counterparty.name", "reference",
                ]
            )
        }
    }

    struct Lookup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Look up whom an alias stands for, before paying."
        )
        @Argument(help: "The alias.") var alias: String
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getWalletAlias)
            let found: WalletAlias = try await session.client.call(
                .getWalletAlias,
                path: ["alias": alias]
            )
            try session.output.show(found)
        }
    }
}

extension WalletCommand {
    struct ChooseAlias: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "choose-alias",
            abstract: "Choose another alias; nobody else gets the old one for a year."
        )
        @Argument(help: "The alias.") var alias: String
        @Argument(help: "The wallet; the profile's own by default.") var id: Identifier?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .chooseWalletAlias)
            let chosen: ChosenWalletAlias = try await session.client.call(
                .chooseWalletAlias,
                path: ["walletId": try session.wallet(id).description],
                body: WalletAliasChoice(alias: alias),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(chosen)
        }
    }
}

extension Session {
    /// The wallet that is meant: the given one, or the profile's own when it acts for itself.
    func wallet(_ given: Identifier?) throws -> Identifier {
        guard let wallet = given ?? (mandate == nil ? profile.walletId : nil) else {
            throw ValidationError("Profile \(name) has no wallet of its own here; give its id.")
        }
        return wallet
    }
}

extension Amount {
    /// As people read it.
    var text: String { "\(value) \(coin)" }
}
