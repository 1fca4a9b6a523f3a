import API
import ArgumentParser

/// `wijkmunt payout …`
struct PayoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payout",
        abstract: "Euros out of what a coin has kept, and out of what a programme has left.",
        subcommands: [Kept.self, Propose.self, Decide.self, List.self, Show.self]
    )

    struct Kept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what the coin has kept: fees, shares and depreciation."
        )
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getKeptCoins)
            let coin = try await self.coin.resolve(session)
            let kept: KeptCoins = try await session.client.call(
                .getKeptCoins,
                path: ["coinCode": coin.code]
            )
            try session.output.show(kept)
        }
    }

    struct Propose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Propose a payout; somebody else decides."
        )
        @Argument(help: "How much; everything available by default.") var amount: String?
        @Option(help: "What it is paid from: fees, community-share, programme or depreciation.")
        var from: PayoutSource
        @Option(help: "The programme that it is paid from, or whose depreciation it is.")
        var programme: Identifier?
        @Option(help: "Who gets it.") var toName: String
        @Option(help: "The account that gets it.") var toIban: String
        @Option(help: "Why.") var reason: String
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .proposePayout)
            let coin = try await self.coin.resolve(session)
            let payout: Payout = try await session.client.call(
                .proposePayout,
                body: PayoutCreation(
                    coin: coin.code,
                    source: from,
                    programmeId: programme,
                    amount: try amount.map { try coin.amount($0) },
                    creditorName: toName,
                    creditorIban: toIban,
                    reason: reason
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(payout)
        }
    }

    struct Decide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve a payout by typing its account again, or --reject it."
        )
        @Argument(help: "The payout.") var id: Identifier
        @Option(help: "The account that gets it, as you know it from elsewhere.")
        var toIban: String?
        @Option(help: "Reject it, and why.") var reject: String?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func validate() throws {
            guard (toIban == nil) != (reject == nil) else {
                throw ValidationError("either approve with --to-iban or --reject with a reason")
            }
        }

        func run() async throws {
            let session = try self.session.open(for: .decidePayout)
            let payout: Payout = try await session.client.call(
                .decidePayout,
                path: ["payoutId": id.description],
                body: PayoutDecision(
                    approved: reject == nil,
                    creditorIban: toIban,
                    reason: reject
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(payout)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List payouts.")
        @Option(help: "Only those in this state; proposed ones wait for a decision.")
        var state: PayoutState?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listPayouts)
            let list: Page<Payout> = try await session.client.call(
                .listPayouts,
                query: page.query + [("state", state?.rawValue)]
            )
            try session.output.show(
                list,
                columns: ["id", "source", "amount", "creditorName", "state", "proposedAt"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a payout.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getPayout)
            let payout: Payout = try await session.client.call(
                .getPayout,
                path: ["payoutId": id.description]
            )
            try session.output.show(payout)
        }
    }
}

extension PayoutSource: ExpressibleByArgument {}

extension PayoutState: ExpressibleByArgument {}
