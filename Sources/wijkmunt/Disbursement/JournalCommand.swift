import API
import ArgumentParser

/// `wijkmunt journal …`
struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "What the bookkeeping of a municipality reads.",
        subcommands: [Show.self, SetCode.self, Codes.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The journal of a day, week, month or year, as CSV."
        )
        @Argument(help: "Such as 2026-03-02, 2026-W10, 2026-03 or 2026.") var period: String
        @Option(help: "Write to this file.", completion: .file()) var to: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getJournal)
            let coin = try await self.coin.resolve(session)
            let answer = try await session.client.answer(
                .getJournal,
                path: ["coinCode": coin.code, "period": period]
            )
            try answer.deliver(to: to)
        }
    }

    struct SetCode: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-code",
            abstract: "Say which code of your bookkeeping stands for a kind of account."
        )
        @Argument(help: "The kind of account.") var account: JournalAccount
        @Argument(help: "The code.") var code: String
        @Option(help: "Only of this programme.") var programme: Identifier?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .setJournalCode)
            let coin = try await self.coin.resolve(session)
            let set: JournalCode = try await session.client.call(
                .setJournalCode,
                body: JournalCodeSetting(
                    coin: coin.code,
                    account: account,
                    programmeId: programme,
                    code: code
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(set)
        }
    }

    struct Codes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the codes that are set.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listJournalCodes)
            let list: Page<JournalCode> = try await session.client.call(
                .listJournalCodes,
                query: page.query
            )
            try session.output.show(list, columns: ["coin", "account", "programmeId", "code"])
        }
    }
}

extension JournalAccount: ExpressibleByArgument {}
