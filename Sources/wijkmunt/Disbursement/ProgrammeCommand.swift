import API
import ArgumentParser

/// `wijkmunt programme …`
struct ProgrammeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "programme",
        abstract: "Public schemes that fund wallets.",
        subcommands: [
            Create.self, Fund.self, List.self, Show.self, Spending.self, Statistics.self,
            Status.self, Credits.self, Totals.self,
            Sponsor.self, SetPolicy.self, Policies.self, SetFiles.self, Files.self,
            Extend.self, Extensions.self, Commitments.self,
            SetRules.self, Rules.self, Change.self, Earmarks.self,
        ]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a programme.")
        @Argument(help: "Its name.") var name: String
        @Option(help: "The institution behind it; your own by default.")
        var institution: Identifier?
        @Option(help: "When what is left in its pots returns to it; never by default.")
        var potsExpireAt: Instant?
        @Option(help: "How many whole days after each credit its coins last; for ever by default.")
        var creditsLastDays: Int?
        @Option(help: "What sponsors will see of the spending: totals, or shops as well.")
        var transparency: ProgrammeTransparency?
        @Option(help: "Spent only at merchants of this category; may be repeated.")
        var category: [String] = []
        @Option(help: "Spent only in this shop; may be repeated.") var shop: [Identifier] = []
        @Option(
            help: "For how many days coins wait for somebody who has not enrolled; 180 by default."
        )
        var waitingDays: Int?
        @Option(help: "The bank account of its euros: only statements of it fund the programme.")
        var fundingIban: String?
        @Option(help: "What payers write; a creditor reference is made without.")
        var fundingReference: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createProgramme)
            let coin = try await self.coin.resolve(session)
            let programme: Programme = try await session.client.call(
                .createProgramme,
                body: ProgrammeCreation(
                    name: name,
                    coin: coin.code,
                    institutionId: institution,
                    potsExpireAt: potsExpireAt,
                    transparency: transparency,
                    earmark: category.isEmpty && shop.isEmpty
                        ? nil : Earmark(categories: category, shopIds: shop),
                    waitingDays: waitingDays,
                    fundingAccount: fundingIban.map {
                        FundingAccount(iban: $0, reference: fundingReference)
                    },
                    creditsLastDays: creditsLastDays
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(programme)
        }
    }

    struct Fund: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Book euros that arrived: the programme gets as many coins."
        )
        @Argument(help: "The programme.") var id: Identifier
        @Argument(help: "How much, such as 1000.00.") var amount: String
        @Option(help: "The reference on the bank statement; unique.") var bankReference: String
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .fundProgramme)
            let coin = try await self.coin.resolve(session)
            let funding: Funding = try await session.client.call(
                .fundProgramme,
                path: ["programmeId": id.description],
                body: FundingCreation(
                    amount: try coin.amount(amount),
                    bankReference: bankReference
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(funding)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the programmes.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listProgrammes)
            let list: Page<Programme> = try await session.client.call(
                .listProgrammes,
                query: page.query
            )
            try session.output.show(
                list,
                columns: [
                    "id", "name", "budget.funded", "budget.available", "budget.reserved",
                    "budget.paid",
                ]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a programme.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getProgramme)
            let programme: Programme = try await session.client.call(
                .getProgramme,
                path: ["programmeId": id.description]
            )
            try session.output.show(programme)
        }
    }

    struct Spending: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how much of a programme was spent, as a sponsor may see it."
        )
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getProgrammeSpending)
            let spending: ProgrammeSpending = try await session.client.call(
                .getProgrammeSpending,
                path: ["programmeId": id.description]
            )
            try session.output.show(spending)
        }
    }

    struct Sponsor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set coins of a programme aside for its discount, or take them back."
        )
        @Argument(help: "The programme.") var id: Identifier
        @Argument(help: "The discount.") var discount: Identifier
        @Argument(help: "How much, such as 500.00.") var amount: String
        @Flag(help: "Take back what was not given away.") var takeBack = false
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .sponsorDiscount)
            let coin = try await self.coin.resolve(session)
            let sponsoring: Sponsoring = try await session.client.call(
                .sponsorDiscount,
                path: ["programmeId": id.description],
                body: SponsoringCreation(
                    discountId: discount,
                    amount: try coin.amount(amount),
                    direction: takeBack ? .takeBack : .give
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(sponsoring)
        }
    }
}

extension ProgrammeTransparency: ExpressibleByArgument {}
