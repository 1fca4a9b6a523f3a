import API
import ArgumentParser

/// `wijkmunt redemption …`
struct RedemptionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redemption",
        abstract: "Coins of a merchant on their way to euros.",
        subcommands: [Request.self, List.self, Show.self, Schedule.self, Policy.self]
    )

    struct Request: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Hand coins in for euros.")
        @Argument(help: "How much; everything available by default.") var amount: String?
        @Option(help: "The merchant; the profile's own by default.") var merchant: Identifier?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .requestRedemption)
            var value: Amount?
            if let amount {
                value = try await coin.resolve(session).amount(amount)
            }
            let redemption: Redemption = try await session.client.call(
                .requestRedemption,
                body: RedemptionRequest(
                    merchantId: try session.merchant(merchant),
                    amount: value
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(redemption)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List redemptions.")
        @Option(help: "Only those of this merchant.") var merchant: Identifier?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listRedemptions)
            let list: Page<Redemption> = try await session.client.call(
                .listRedemptions,
                query: page.query + [("merchantId", merchant?.description)]
            )
            try session.output.show(
                list,
                columns: ["id", "amount", "euro", "state", "endToEndId", "requestedAt"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a redemption.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getRedemption)
            let redemption: Redemption = try await session.client.call(
                .getRedemption,
                path: ["redemptionId": id.description]
            )
            try session.output.show(redemption)
        }
    }
}
