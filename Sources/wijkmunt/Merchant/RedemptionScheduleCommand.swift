import API
import ArgumentParser

extension RedemptionCommand {
    /// `wijkmunt redemption schedule …`
    struct Schedule: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "When coins are redeemed by themselves.",
            subcommands: [Set.self, Stop.self, Show.self]
        )

        struct Set: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Redeem everything once a week, from a minimum on."
            )
            @Option(help: "The day of the week, 1 for Monday to 7 for Sunday.") var weekday: Int
            @Option(help: "The least that is redeemed.") var minimum: String
            @Option(help: "The merchant; the profile's own by default.") var merchant: Identifier?
            @OptionGroup var coin: CoinOptions
            @OptionGroup var session: SessionOptions
            @OptionGroup var write: WriteOptions

            func run() async throws {
                let session = try self.session.open(for: .setRedemptionSchedule)
                let schedule: RedemptionSchedule = try await session.client.call(
                    .setRedemptionSchedule,
                    path: ["merchantId": try session.merchant(merchant).description],
                    body: RedemptionScheduleSetting(
                        weekday: weekday,
                        minimum: try await coin.resolve(session).amount(minimum)
                    ),
                    idempotencyKey: write.idempotencyKey
                )
                try session.output.show(schedule)
            }
        }

        struct Stop: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Redeem nothing by itself.")
            @Option(help: "The merchant; the profile's own by default.") var merchant: Identifier?
            @OptionGroup var session: SessionOptions
            @OptionGroup var write: WriteOptions

            func run() async throws {
                let session = try self.session.open(for: .setRedemptionSchedule)
                let path = ["merchantId": try session.merchant(merchant).description]
                let list: Page<RedemptionSchedule> = try await session.client.call(
                    .listRedemptionSchedules,
                    path: path
                )
                guard let now = list.items.first else {
                    throw CommandFailure("there is no schedule")
                }
                let schedule: RedemptionSchedule = try await session.client.call(
                    .setRedemptionSchedule,
                    path: path,
                    body: RedemptionScheduleSetting(
                        weekday: now.weekday,
                        minimum: now.minimum,
                        isActive: false
                    ),
                    idempotencyKey: write.idempotencyKey
                )
                try session.output.show(schedule)
            }
        }

        struct Show: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Show the schedule, and what became of its last day."
            )
            @Option(help: "The merchant; the profile's own by default.") var merchant: Identifier?
            @OptionGroup var session: SessionOptions

            func run() async throws {
                let session = try self.session.open(for: .listRedemptionSchedules)
                let list: Page<RedemptionSchedule> = try await session.client.call(
                    .listRedemptionSchedules,
                    path: ["merchantId": try session.merchant(merchant).description]
                )
                try session.output.show(
                    list,
                    columns: ["weekday", "minimum", "isActive", "nextOn", "lastOn", "lastOutcome"]
                )
            }
        }
    }

    /// `wijkmunt redemption policy …`
    struct Policy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a coin keeps of redemptions.",
            subcommands: [Set.self, List.self]
        )

        struct Set: AsyncParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Set fee and community share from now on."
            )
            @Option(help: "A fixed fee of every redemption; none by default.") var fixed: String?
            @Option(help: "The fee in hundredths of a percent.") var fee: Int = 0
            @Option(help: "What the community gets, in hundredths of a percent.")
            var community: Int = 0
            @OptionGroup var coin: CoinOptions
            @OptionGroup var session: SessionOptions
            @OptionGroup var write: WriteOptions

            func run() async throws {
                let session = try self.session.open(for: .setRedemptionPolicy)
                let coin = try await self.coin.resolve(session)
                let policy: RedemptionPolicy = try await session.client.call(
                    .setRedemptionPolicy,
                    path: ["coinCode": coin.code],
                    body: RedemptionPolicySetting(
                        feeFixed: try fixed.map { try coin.amount($0) },
                        feeBasisPoints: fee,
                        communityBasisPoints: community
                    ),
                    idempotencyKey: write.idempotencyKey
                )
                try session.output.show(policy)
            }
        }

        struct List: AsyncParsableCommand {
            static let configuration = CommandConfiguration(abstract: "List all versions.")
            @OptionGroup var coin: CoinOptions
            @OptionGroup var page: PageOptions
            @OptionGroup var session: SessionOptions

            func run() async throws {
                let session = try self.session.open(for: .listRedemptionPolicies)
                let list: Page<RedemptionPolicy> = try await session.client.call(
                    .listRedemptionPolicies,
                    path: ["coinCode": try await coin.resolve(session).code],
                    query: page.query
                )
                try session.output.show(
                    list,
                    columns: [
                        "version", "feeFixed", "feeBasisPoints", "communityBasisPoints", "setAt",
                    ]
                )
            }
        }
    }
}
