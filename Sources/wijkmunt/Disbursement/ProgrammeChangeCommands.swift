import API
import ArgumentParser

extension ProgrammeCommand {
    /// `wijkmunt programme change …`
    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What is to be otherwise about a programme: one proposes, another decides.",
            subcommands: [Propose.self, Decide.self, List.self, Show.self]
        )
    }
}

extension ProgrammeCommand.Change {
    struct Propose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Propose to change a programme; what you leave out stays as it is."
        )
        @Argument(help: "The programme.") var id: Identifier
        @Option(help: "Its name.") var name: String?
        @Option(
            help: "For how many days coins wait for somebody who has not enrolled; no fewer."
        )
        var waitingDays: Int?
        @Option(
            help: "How many whole days after each credit its coins last; for credits to come."
        )
        var creditsLastDays: Int?
        @Option(help: "The bank account of its euros.") var fundingIban: String?
        @Option(help: "What payers write; goes with --funding-iban, and stays without.")
        var fundingReference: String?
        @Flag(help: "Let it pay without limits.") var withoutLimits = false
        @OptionGroup(title: "All of the rules, instead of those before") var limits: CreditLimits
        @Option(help: "For how many days a recall waits; for recalls to come.")
        var recallWaitingDays: Int?
        @Option(help: "Spent only at merchants of this category; may be repeated.")
        var category: [String] = []
        @Option(
            help: "Spent only in this shop; may be repeated. All places, instead of those before."
        )
        var shop: [Identifier] = []
        @Option(help: "When the places begin to count; at once, or in four weeks, by default.")
        var placesFrom: Instant?
        @Option(help: "Why, without names.") var reason: String
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func validate() throws {
            guard fundingReference == nil || fundingIban != nil else {
                throw ValidationError("--funding-reference goes with --funding-iban")
            }
            guard !(withoutLimits && limits.areGiven) else {
                throw ValidationError("--without-limits goes with no limit")
            }
        }

        func run() async throws {
            let session = try self.session.open(for: .proposeProgrammeChange)
            let rules =
                withoutLimits || limits.areGiven
                ? try limits.creation(in: try await coin.resolve(session)) : nil
            let change: ProgrammeChange = try await session.client.call(
                .proposeProgrammeChange,
                path: ["programmeId": id.description],
                body: ProgrammeChangeCreation(
                    name: name,
                    waitingDays: waitingDays,
                    creditsLastDays: creditsLastDays,
                    fundingAccount: fundingIban.map {
                        FundingAccount(iban: $0, reference: fundingReference)
                    },
                    creditRules: rules,
                    recallWaitingDays: recallWaitingDays,
                    earmark: category.isEmpty && shop.isEmpty
                        ? nil : Earmark(categories: category, shopIds: shop),
                    earmarkFromAt: placesFrom,
                    reason: reason
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(change)
        }
    }

    struct Decide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve a change of a programme, or --reject it.",
            discussion: "A bank account is approved by typing it again."
        )
        @Argument(help: "The change.") var id: Identifier
        @Option(help: "The bank account, as you know it from elsewhere.")
        var fundingIban: String?
        @Option(help: "Reject it, and why.") var reject: String?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .decideProgrammeChange)
            let change: ProgrammeChange = try await session.client.call(
                .decideProgrammeChange,
                path: ["programmeChangeId": id.description],
                body: ProgrammeChangeDecision(
                    approved: reject == nil,
                    fundingIban: fundingIban,
                    reason: reject
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(change)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List changes of programmes."
        )
        @Option(help: "Only those of this programme.") var programme: Identifier?
        @Option(help: "Only those in this state; proposed ones wait for a decision.")
        var state: ProgrammeChangeState?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listProgrammeChanges)
            let list: Page<ProgrammeChange> = try await session.client.call(
                .listProgrammeChanges,
                query: page.query + [
                    ("programmeId", programme?.description), ("state", state?.rawValue),
                ]
            )
            try session.output.show(
                list,
                columns: ["id", "programmeName", "reason", "state", "proposedBy", "proposedAt"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a change of a programme."
        )
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getProgrammeChange)
            let change: ProgrammeChange = try await session.client.call(
                .getProgrammeChange,
                path: ["programmeChangeId": id.description]
            )
            try session.output.show(change)
        }
    }
}

extension ProgrammeCommand {
    struct Earmarks: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List where the money of a programme may be spent, also from later days on."
        )
        @Argument(help: "The programme.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listEarmarks)
            let list: Page<EarmarkVersion> = try await session.client.call(
                .listEarmarks,
                path: ["programmeId": id.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["version", "earmark.categories", "earmark.shopIds", "validFromAt"]
            )
        }
    }
}

extension ProgrammeChangeState: ExpressibleByArgument {}
