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
            discussion: "All rules that are given must be met; --borderless stands alone."
        )
        @OptionGroup var coin: CoinOptions
        @Option(help: "The name of the area for the geofence rules.") var geofence: String?
        @Flag(help: "The shop's verified place is inside the area.") var shopInGeofence = false
        @Option(help: "The payer's position is inside: centre, confident or possible.")
        var payerInGeofence: GeofenceMode?
        @Option(help: "The payer is at most so many metres from the shop.") var payerNearShop: Int?
        @Option(help: "The payer's fix is at most so many seconds old.") var freshFix: Int?
        @Option(help: "The payer's fix is accurate to so many metres.") var accurateFix: Int?
        @Flag(help: "The payer's phone does not flag the fix as mock.") var noMock = false
        @Flag(help: "The coin may be spent anywhere.") var borderless = false
        @Option(help: "From when it holds; at once by default.") var validFrom: Instant?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func validate() throws {
            if rules.isEmpty { throw ValidationError("Give at least one rule.") }
        }

        func run() async throws {
            let session = try self.session.open(for: .setLocalityPolicy)
            let coin = try await self.coin.resolve(session)
            let policy: LocalityPolicy = try await session.client.call(
                .setLocalityPolicy,
                path: ["coinCode": coin.code],
                body: LocalityPolicySetting(
                    validFromAt: validFrom,
                    geofence: geofence,
                    rules: rules
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(policy)
        }

        private var rules: [LocalityRule] {
            var rules: [LocalityRule] = borderless ? [.borderless] : []
            if shopInGeofence { rules.append(.shopInGeofence) }
            if let payerInGeofence { rules.append(.payerInGeofence(mode: payerInGeofence)) }
            if let payerNearShop { rules.append(.payerNearShop(withinMetres: payerNearShop)) }
            if let freshFix { rules.append(.freshFix(maxAgeSeconds: freshFix)) }
            if let accurateFix { rules.append(.accurateFix(maxAccuracyMetres: accurateFix)) }
            if noMock { rules.append(.noMock) }
            return rules
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
                columns: ["coin", "version", "geofence", "rules", "validFromAt"]
            )
        }
    }
}

extension GeofenceMode: ExpressibleByArgument {}
