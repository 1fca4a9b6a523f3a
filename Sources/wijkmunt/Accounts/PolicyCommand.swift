import API
import ArgumentParser

/// `wijkmunt policy …`
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Where a coin may be spent.",
        subcommands: [Set.self, List.self]
    )

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the next version of a coin's locality policy.",
            discussion: """
                All rules that are given must be met; --borderless stands alone. With --geofence \
                several times the coin is valid in all these areas together, such as the own \
                neighbourhood and those around it.
                """
        )
        @OptionGroup var coin: CoinOptions
        @OptionGroup var policy: PlaceRuleOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .setLocalityPolicy)
            let coin = try await self.coin.resolve(session)
            let policy: LocalityPolicy = try await session.client.call(
                .setLocalityPolicy,
                path: ["coinCode": coin.code],
                body: self.policy.setting,
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
            let session = try self.session.open(for: .listLocalityPolicies)
            let coin = try await self.coin.resolve(session)
            let list: Page<LocalityPolicy> = try await session.client.call(
                .listLocalityPolicies,
                path: ["coinCode": coin.code],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["coin", "version", "geofences", "rules", "validFromAt"]
            )
        }
    }
}
