import API
import ArgumentParser

/// `wijkmunt merchant …`
struct MerchantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merchant",
        abstract: "Businesses that take a coin.",
        subcommands: [
            Register.self, List.self, Show.self, Balance.self, Statement.self, ChangeIban.self,
            Ibans.self, VerifyIban.self,
        ]
    )

    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Register a merchant.")
        @Argument(help: "The trade name.") var name: String
        @Option(help: "The bank account for redemptions.") var iban: String
        @Option(help: "The number in the Dutch trade register.") var kvkNumber: String?
        @Option(help: "The merchant category code (ISO 18245).") var categoryCode: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .registerMerchant)
            let coin = try await self.coin.resolve(session)
            let merchant: Merchant = try await session.client.call(
                .registerMerchant,
                body: MerchantRegistration(
                    name: name,
                    kvkNumber: kvkNumber,
                    categoryCode: categoryCode,
                    coin: coin.code,
                    iban: iban
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(merchant)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the merchants.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listMerchants)
            let list: Page<Merchant> = try await session.client.call(
                .listMerchants,
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["id", "name", "coin", "ibanMasked", "ibanState"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a merchant.")
        @Argument(help: "Its id; the profile's own by default.") var id: Identifier?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getMerchant)
            let merchant: Merchant = try await session.client.call(
                .getMerchant,
                path: ["merchantId": try session.merchant(id).description]
            )
            try session.output.show(merchant)
        }
    }

    struct Balance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what a merchant has.")
        @Argument(help: "The merchant; the profile's own by default.") var id: Identifier?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getMerchantBalance)
            let balance: MerchantBalance = try await session.client.call(
                .getMerchantBalance,
                path: ["merchantId": try session.merchant(id).description]
            )
            try session.output.show(balance)
        }
    }
}

extension Session {
    /// The merchant that is meant: the given one or the party that the profile acts for.
    func merchant(_ given: Identifier?) throws -> Identifier {
        guard let merchant = given ?? profile.partyId else {
            throw ValidationError("Profile \(name) acts for no merchant; give its id.")
        }
        return merchant
    }
}
