import API
import ArgumentParser

extension ProgrammeCommand {
    struct SetRules: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set what a programme pays by its files, and when.",
            discussion: """
                Replaces all of the rules before; without options nothing is limited. What lets the
                programme pay more than before is proposed as a change of it.
                """
        )
        @Argument(help: "The programme.") var id: Identifier
        @OptionGroup var limits: CreditLimits
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .setCreditRules)
            let coin = try await self.coin.resolve(session)
            let rules: CreditRules = try await session.client.call(
                .setCreditRules,
                path: ["programmeId": id.description],
                body: try limits.creation(in: coin),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(rules)
        }
    }

    struct Rules: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what a programme pays and when, all versions."
        )
        @Argument(help: "The programme.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listCreditRules)
            let list: Page<CreditRules> = try await session.client.call(
                .listCreditRules,
                path: ["programmeId": id.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: [
                    "version", "paysFrom", "paysUntil", "mostPerCredit", "mostPerPerson",
                    "personPeriod",
                ]
            )
        }
    }
}

/// What a programme pays, and when: what is left out is not limited.
struct CreditLimits: ParsableArguments {
    @Option(help: "The first day on which it pays, such as 2026-12-01.") var from: String?
    @Option(help: "The last day on which it pays.") var until: String?
    @Option(help: "The most that one credit may be, such as 250.00.") var perCredit: String?
    @Option(help: "The most that one person may get in the period, such as 1000.00.")
    var perPerson: String?
    @Option(help: "The period of --per-person: month, year or programme.")
    var period: PersonPeriod?

    /// Whether any of them is said.
    var areGiven: Bool {
        [from, until, perCredit, perPerson].contains { $0 != nil } || period != nil
    }

    func creation(in coin: Coin) throws -> CreditRulesCreation {
        CreditRulesCreation(
            paysFrom: from,
            paysUntil: until,
            mostPerCredit: try perCredit.map { try coin.amount($0) },
            mostPerPerson: try perPerson.map { try coin.amount($0) },
            personPeriod: period
        )
    }
}

extension PersonPeriod: ExpressibleByArgument {}
