import API
import ArgumentParser
import FoundationEssentials

/// `wijkmunt settlement …`
struct SettlementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settlement",
        abstract: "Bank files that pay redemptions and payouts.",
        subcommands: [
            Create.self, List.self, Show.self, Release.self, Cancel.self, File.self,
            Confirm.self, Import.self, Answers.self, Answer.self,
            Lines.self,
        ]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put all redemptions and payouts that wait into one bank file."
        )
        @Option(help: "The holder of the reserve account.") var debtorName: String
        @Option(help: "The reserve account.") var debtorIban: String
        @Option(help: "The day of execution, YYYY-MM-DD; today (UTC) by default.")
        var executionDate: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createSettlement)
            let coin = try await self.coin.resolve(session)
            let settlement: Settlement = try await session.client.call(
                .createSettlement,
                body: SettlementCreation(
                    coin: coin.code,
                    debtorName: debtorName,
                    debtorIban: debtorIban,
                    executionDate: executionDate ?? Instant.now.utcDay
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(settlement)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List settlements.")
        @Option(help: "Only those in this state; created ones wait for a second person.")
        var state: SettlementState?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listSettlements)
            let list: Page<Settlement> = try await session.client.call(
                .listSettlements,
                query: page.query + [("state", state?.rawValue)]
            )
            try session.output.show(
                list,
                columns: [
                    "id", "coin", "state", "count", "openCount", "total", "messageId", "createdAt",
                ]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a settlement.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getSettlement)
            let settlement: Settlement = try await session.client.call(
                .getSettlement,
                path: ["settlementId": id.description]
            )
            try session.output.show(settlement)
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a settlement go to the bank, as a second person."
        )
        @Argument(help: "The settlement.") var id: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .releaseSettlement)
            let settlement: Settlement = try await session.client.call(
                .releaseSettlement,
                path: ["settlementId": id.description],
                body: SettlementRelease(),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(settlement)
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the redemptions of a settlement wait for another.",
            discussion: "Only what was never released, or what the bank refused as a whole."
        )
        @Argument(help: "The settlement.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .cancelSettlement)
            let settlement: Settlement = try await session.client.call(
                .cancelSettlement,
                path: ["settlementId": id.description],
                body: SettlementCancellation(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(settlement)
        }
    }

    struct File: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the bank file (pain.001.001.09), or write it with --to."
        )
        @Argument(help: "The settlement.") var id: Identifier
        @Option(help: "Write to this file.", completion: .file()) var to: String?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getSettlementFile)
            let answer = try await session.client.answer(
                .getSettlementFile,
                path: ["settlementId": id.description]
            )
            try answer.deliver(to: to)
        }
    }

    struct Confirm: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that the bank has paid: the coins are destroyed."
        )
        @Argument(help: "The settlement.") var id: Identifier
        @Option(help: "The reference on the bank statement.") var bankReference: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .confirmSettlement)
            let settlement: Settlement = try await session.client.call(
                .confirmSettlement,
                path: ["settlementId": id.description],
                body: SettlementConfirmation(bankReference: bankReference),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(settlement)
        }
    }
}

extension Answer {
    /// Prints the body, or writes it to a file.
    func deliver(to path: String?) throws {
        guard let path else { return print(String(decoding: body, as: UTF8.self)) }
        do {
            try Data(body).write(to: URL(filePath: path))
        } catch {
            throw CommandFailure("\(path) cannot be written")
        }
        note("wrote \(body.count) bytes to \(path)")
    }
}

extension SettlementState: ExpressibleByArgument {}
