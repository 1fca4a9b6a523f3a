import API
import ArgumentParser

/// `wijkmunt standing …`
struct StandingInstructionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "standing",
        abstract: "What programmes pay people and associations every month.",
        subcommands: [
            Create.self, List.self, Show.self, Change.self, Decide.self, Stop.self,
            Payments.self,
        ]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Propose to pay a person every month; somebody else approves it."
        )
        @Argument(help: "The programme that pays.") var programme: Identifier
        @Option(help: "The person who is paid.") var person: Identifier?
        @Option(help: "The association that gets a subsidy, a merchant.")
        var merchant: Identifier?
        @Argument(help: "How much a month, such as 50.00.") var amount: String
        @Option(help: "The day of the month; the last one of a shorter month.") var day: Int
        @Option(help: "No payment is due before this day, such as 2026-03-25.") var from: String
        @Option(help: "No payment is due after this day; it goes on by default.")
        var until: String?
        @Option(help: "What it pays: benefit, wage or subsidy.")
        var purpose: StandingPurpose = .benefit
        @Option(help: "When banks are closed on the day: same, before or after.")
        var onClosedDay: ClosedDayRule = .same
        @Option(help: "What the person reads.") var reference: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createStandingInstruction)
            let coin = try await self.coin.resolve(session)
            let standing: StandingInstruction = try await session.client.call(
                .createStandingInstruction,
                path: ["programmeId": programme.description],
                body: StandingInstructionCreation(
                    personId: person,
                    merchantId: merchant,
                    purpose: purpose,
                    amount: try coin.amount(amount),
                    day: day,
                    fromOn: from,
                    untilOn: until,
                    onClosedDay: onClosedDay,
                    reference: reference
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(standing)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List standing instructions.")
        @Option(help: "Only those of this programme.") var programme: Identifier?
        @Option(help: "Only those of this person.") var person: Identifier?
        @Option(help: "Only those with a term in this state; a proposed one waits.")
        var termState: StandingTermState?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listStandingInstructions)
            let list: Page<StandingInstruction> = try await session.client.call(
                .listStandingInstructions,
                query: page.query + [
                    ("programmeId", programme?.description), ("personId", person?.description),
                    ("termState", termState?.rawValue),
                ]
            )
            try session.output.show(
                list,
                columns: [
                    "id", "state", "programmeName", "purpose", "approvalsMissing", "waitingReason",
                ]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a standing instruction with its terms."
        )
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getStandingInstruction)
            let standing: StandingInstruction = try await session.client.call(
                .getStandingInstruction,
                path: ["standingInstructionId": id.description]
            )
            try session.output.show(standing)
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Propose another amount, day or end from a day on."
        )
        @Argument(help: "The standing instruction.") var id: Identifier
        @Argument(help: "How much a month, such as 60.00.") var amount: String
        @Option(help: "The day of the month.") var day: Int
        @Option(help: "From this day on, such as 2026-06-01.") var from: String
        @Option(help: "Until this day; it goes on by default.") var until: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .changeStandingInstruction)
            let coin = try await self.coin.resolve(session)
            let standing: StandingInstruction = try await session.client.call(
                .changeStandingInstruction,
                path: ["standingInstructionId": id.description],
                body: StandingChange(
                    amount: try coin.amount(amount),
                    day: day,
                    fromOn: from,
                    untilOn: until
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(standing)
        }
    }

    struct Decide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve what was proposed, or with --reject reject it.",
            discussion: """
                Where what it pays in its first year is as much as the programme has two people \
                approve in a file, it waits until two have approved it.
                """
        )
        @Argument(help: "The standing instruction.") var id: Identifier
        @Flag(help: "Reject it.") var reject = false
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .decideStandingInstruction)
            let standing: StandingInstruction = try await session.client.call(
                .decideStandingInstruction,
                path: ["standingInstructionId": id.description],
                body: StandingDecision(approve: !reject),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(standing)
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop a standing instruction from a day on."
        )
        @Argument(help: "The standing instruction.") var id: Identifier
        @Option(help: "Nothing is due from this day on.") var from: String
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .stopStandingInstruction)
            let standing: StandingInstruction = try await session.client.call(
                .stopStandingInstruction,
                path: ["standingInstructionId": id.description],
                body: StandingStop(fromOn: from, reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(standing)
        }
    }

    struct Payments: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what a standing instruction paid, the newest month first."
        )
        @Argument(help: "The standing instruction.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listStandingPayments)
            let list: Page<StandingPayment> = try await session.client.call(
                .listStandingPayments,
                path: ["standingInstructionId": id.description],
                query: page.query
            )
            try session.output.show(list, columns: ["month", "dueOn", "amount", "paidAt"])
        }
    }
}

extension StandingPurpose: ExpressibleByArgument {}
extension ClosedDayRule: ExpressibleByArgument {}

extension StandingTermState: ExpressibleByArgument {}
