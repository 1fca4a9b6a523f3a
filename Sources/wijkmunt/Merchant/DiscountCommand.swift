import API
import ArgumentParser

/// `wijkmunt discount …`: what a programme or a shop adds to payments.
struct DiscountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discount",
        abstract: "What a programme or a shop adds to payments.",
        subcommands: [Create.self, List.self, Fund.self, End.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a discount; it works once coins are set aside for it."
        )
        @Argument(help: "Its name, which those who get it read.") var name: String
        @Option(help: "The programme that pays; your own shop's without.")
        var programme: Identifier?
        @Option(help: "For whom; for everybody without.") var group: Identifier?
        @Option(help: "percentage, fixed, second-price or buy-up.") var kind: DiscountKind
        @Option(help: "Percent, of a percentage or a buy-up.") var percent: Int?
        @Option(help: "How much, of a fixed one.") var amount: String?
        @Option(help: "The price that becomes another one.") var fullPrice: String?
        @Option(help: "What members pay instead.") var secondPrice: String?
        @Option(help: "At most so much of one payment.") var mostPerPayment: String?
        @Option(help: "day, week, month, year or whole: where a person's limits count.")
        var period: DiscountPeriod = .whole
        @Option(help: "At most so much for one person in a period.") var mostPerPeriod: String?
        @Option(help: "At most so many payments of one person in a period.")
        var usesPerPeriod: Int?
        @Option(help: "Only at merchants of this category; may be repeated.")
        var category: [String] = []
        @Option(help: "Only in this shop; may be repeated.") var shop: [Identifier] = []
        @Option(help: "Until this moment.") var until: Instant?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createDiscount)
            let coin = try await self.coin.resolve(session)
            let discount: Discount = try await session.client.call(
                .createDiscount,
                body: DiscountCreation(
                    name: name,
                    programmeId: programme,
                    coin: coin.code,
                    groupId: group,
                    kind: kind,
                    percent: percent,
                    amount: try amount.map(coin.amount),
                    fullPrice: try fullPrice.map(coin.amount),
                    secondPrice: try secondPrice.map(coin.amount),
                    mostPerPayment: try mostPerPayment.map(coin.amount),
                    period: period,
                    mostPerPeriod: try mostPerPeriod.map(coin.amount),
                    usesPerPeriod: usesPerPeriod,
                    categories: category.isEmpty ? nil : category,
                    shopIds: shop.isEmpty ? nil : shop,
                    validUntil: until
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(discount)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the discounts.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listDiscounts)
            let list: Page<Discount> = try await session.client.call(
                .listDiscounts,
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["id", "name", "kind", "period", "available", "endedAt"]
            )
        }
    }

    struct Fund: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set coins of your shop aside for its discount."
        )
        @Argument(help: "The discount.") var id: Identifier
        @Argument(help: "How much, such as 100.00.") var amount: String
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .fundDiscount)
            let coin = try await self.coin.resolve(session)
            let discount: Discount = try await session.client.call(
                .fundDiscount,
                path: ["discountId": id.description],
                body: DiscountFunding(amount: try coin.amount(amount)),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(discount)
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a discount.")
        @Argument(help: "The discount.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .endDiscount)
            let discount: Discount = try await session.client.call(
                .endDiscount,
                path: ["discountId": id.description],
                body: DiscountEnding(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(discount)
        }
    }
}

extension DiscountKind: ExpressibleByArgument {}
extension DiscountPeriod: ExpressibleByArgument {}
