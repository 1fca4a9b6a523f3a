import API
import ArgumentParser

extension PaymentCommand {
    struct Quote: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask what a payment would cost you: pots and discounts."
        )
        @Argument(help: "The payment.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getPaymentQuote)
            let quote: PaymentQuote = try await session.client.call(
                .getPaymentQuote,
                path: ["paymentId": id.description]
            )
            try session.output.show(quote)
        }
    }

    struct Receipt: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a payment of yours was paid from."
        )
        @Argument(help: "The payment.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getPaymentReceipt)
            let receipt: PaymentReceipt = try await session.client.call(
                .getPaymentReceipt,
                path: ["paymentId": id.description]
            )
            try session.output.show(receipt)
        }
    }

    struct Correct: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give back what was typed too much at the till."
        )
        @Argument(help: "The payment.") var id: Identifier
        @Argument(help: "The right amount, such as 1.25.") var rightAmount: String
        @Option(help: "What went wrong.") var reason: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .correctPayment)
            let coin = try await self.coin.resolve(session)
            let refund: API.Refund = try await session.client.call(
                .correctPayment,
                path: ["paymentId": id.description],
                body: PaymentCorrection(
                    rightAmount: try coin.amount(rightAmount),
                    reason: reason
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(refund)
        }
    }

    struct Refund: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pay a payment back to the pots it came from, as the shop."
        )
        @Argument(help: "The payment.") var id: Identifier
        @Option(help: "How much; all that is left by default.") var amount: String?
        @Option(help: "Why.") var reason: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .refundPayment)
            var creation = RefundCreation(reason: reason)
            if let amount { creation.amount = try await coin.resolve(session).amount(amount) }
            let refund: API.Refund = try await session.client.call(
                .refundPayment,
                path: ["paymentId": id.description],
                body: creation,
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(refund)
        }
    }

    struct Refunds: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what was given back of a payment, and whether the payer has it."
        )
        @Argument(help: "The payment.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listRefunds)
            let list: Page<API.Refund> = try await session.client.call(
                .listRefunds,
                path: ["paymentId": id.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["id", "state", "amount", "reason", "refundedAt"]
            )
        }
    }
}
