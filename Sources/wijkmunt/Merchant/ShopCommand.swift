import API
import ArgumentParser

/// `wijkmunt shop …`
struct ShopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shop",
        abstract: "The outlets of merchants, with their place.",
        subcommands: [
            Register.self, List.self, Show.self, Verify.self, PrintedCode.self, Hours.self,
            Move.self, Moves.self, DecideMove.self, Find.self,
            Suspend.self, Suspensions.self, Reinstate.self,
        ]
    )

    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Register a shop.")
        @Argument(help: "The name over the door.") var name: String
        @Option(help: "The merchant; the profile's own by default.") var merchant: Identifier?
        @Option(help: "The address.") var address: String
        @Option(help: "The place, as longitude,latitude in degrees.") var at: DegreesPair
        @Option(help: "The radius of a market or a round, in metres.") var radius: Int?
        @Option(help: "A JSON file with the times at which it is there.") var hours: String?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func validate() throws {
            guard at.looksSwapped else { return }
            throw ValidationError(
                "--at is longitude,latitude; swapped it lies in the Netherlands: "
                    + "--at \(at.latitude),\(at.longitude)"
            )
        }

        func run() async throws {
            let session = try self.session.open(for: .registerShop)
            let shop: Shop = try await session.client.call(
                .registerShop,
                body: ShopRegistration(
                    merchantId: try session.merchant(merchant),
                    name: name,
                    address: address,
                    longitude: at.longitude,
                    latitude: at.latitude,
                    radiusMetres: radius,
                    openingTimes: try hours.map(OpeningTimes.init(file:))
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(shop)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the shops.")
        @Option(help: "Only those of this merchant.") var merchant: Identifier?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listShops)
            let list: Page<Shop> = try await session.client.call(
                .listShops,
                query: page.query + [("merchantId", merchant?.description)]
            )
            try session.output.show(
                list,
                columns: ["id", "name", "address", "placeState", "merchantId"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a shop.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getShop)
            let shop: Shop = try await session.client.call(
                .getShop,
                path: ["shopId": id.description]
            )
            try session.output.show(shop)
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Confirm the place of a shop; somebody else must have registered it."
        )
        @Argument(help: "The shop.") var id: Identifier
        @Option(help: "What was seen.") var evidence: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .verifyShopPlace)
            let shop: Shop = try await session.client.call(
                .verifyShopPlace,
                path: ["shopId": id.description],
                body: ShopVerification(evidence: evidence),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(shop)
        }
    }
}
