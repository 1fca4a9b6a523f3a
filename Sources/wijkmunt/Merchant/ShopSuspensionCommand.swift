import API
import ArgumentParser

extension ShopCommand {
    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Suspend a shop: nothing is paid there, also not what was asked for before."
        )
        @Argument(help: "The shop.") var id: Identifier
        @Option(help: "Why, for the shopkeeper; no names of people.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .suspendShop)
            let suspension: ShopSuspension = try await session.client.call(
                .suspendShop,
                path: ["shopId": id.description],
                body: ShopSuspensionOrder(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(suspension)
        }
    }

    struct Suspensions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List when and why a shop was suspended."
        )
        @Argument(help: "The shop.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listShopSuspensions)
            let list: Page<ShopSuspension> = try await session.client.call(
                .listShopSuspensions,
                path: ["shopId": id.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["suspendedAt", "reason", "liftedAt", "liftReason"]
            )
        }
    }

    struct Reinstate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lift the suspension of a shop."
        )
        @Argument(help: "The shop.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .reinstateShop)
            let suspension: ShopSuspension = try await session.client.call(
                .reinstateShop,
                path: ["shopId": id.description],
                body: ShopSuspensionOrder(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(suspension)
        }
    }
}
