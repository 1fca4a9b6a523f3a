import API
import ArgumentParser

/// `wijkmunt depreciation …`
struct DepreciationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "depreciation",
        abstract: "How coins lose value.",
        subcommands: [Add.self, List.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the coins in pots lose value from a day on.",
            discussion: """
                Give either --parts-per-million (exponential: so much of what is there) or \
                --periods (linear: nothing is left after so many). A policy never changes.
                """
        )
        @OptionGroup var coin: CoinOptions
        @Option(help: "How often: day, week or month.") var period: DepreciationPeriod
        @Option(help: "Lost per period; 20000 is two percent.") var partsPerMillion: Int?
        @Option(help: "Nothing is left after so many periods.") var periods: Int?
        @Option(help: "The first day, such as 2026-04-01.") var startsOn: String
        @Option(help: "Only pots of this programme.") var programme: Identifier?
        @Option(help: "The sink of another policy of the coin; a new one by default.")
        var sink: Identifier?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func validate() throws {
            if (partsPerMillion == nil) == (periods == nil) {
                throw ValidationError("Give either --parts-per-million or --periods.")
            }
        }

        func run() async throws {
            let session = try self.session.open(for: .addDepreciationPolicy)
            let coin = try await self.coin.resolve(session)
            let policy: DepreciationPolicy = try await session.client.call(
                .addDepreciationPolicy,
                path: ["coinCode": coin.code],
                body: DepreciationPolicyCreation(
                    method: periods == nil ? .exponential : .linear,
                    period: period,
                    partsPerMillion: partsPerMillion,
                    periods: periods,
                    startsOn: startsOn,
                    programmeId: programme,
                    sinkId: sink
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(policy)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the policies of a coin.")
        @OptionGroup var coin: CoinOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listDepreciationPolicies)
            let coin = try await self.coin.resolve(session)
            let list: Page<DepreciationPolicy> = try await session.client.call(
                .listDepreciationPolicies,
                path: ["coinCode": coin.code],
                query: page.query
            )
            try session.output.show(
                list,
                columns: [
                    "id", "method", "period", "partsPerMillion", "periods", "startsOn",
                    "programmeId", "depreciated",
                ]
            )
        }
    }
}

extension DepreciationPeriod: ExpressibleByArgument {}
