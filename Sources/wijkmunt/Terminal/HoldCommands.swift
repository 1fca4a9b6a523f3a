import API
import ArgumentParser

extension PaymentCommand {
    struct Capture: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take what a reservation keeps, or a part of it, as the shop."
        )
        @Argument(help: "The reservation.") var id: Identifier
        @Argument(help: "How much; all that is still kept by default.") var amount: String?
        @Option(help: "The reference of this part.") var reference: String?
        @Flag(help: "Give the rest back to the payer.") var releaseRest = false
        @Option(help: "The VAT in this part, such as 21=2.17; may be repeated.")
        var vat: [VATArgument] = []
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .capturePayment)
            var part: Amount?
            var parts: [VATPart]?
            if amount != nil || !vat.isEmpty {
                let coin = try await self.coin.resolve(session)
                part = try amount.map(coin.amount)
                parts = try vat.parts(of: coin)
            }
            let capture: API.Capture = try await session.client.call(
                .capturePayment,
                path: ["paymentId": id.description],
                body: CaptureCreation(
                    amount: part,
                    reference: reference,
                    releasesRest: releaseRest ? true : nil,
                    vat: parts
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(capture)
        }
    }

    struct VoidHold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "void",
            abstract: "Give back what a reservation still keeps, as the shop."
        )
        @Argument(help: "The reservation.") var id: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .voidPayment)
            let voided: Payment = try await session.client.call(
                .voidPayment,
                path: ["paymentId": id.description],
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(voided)
        }
    }
}

/// How long coins are kept, as people write it: `45m`, `12h`, `7d`.
struct HoldTerm: ExpressibleByArgument {
    let seconds: Int

    init?(argument: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let last = argument.last, let unit = units[last],
            let number = Int(argument.dropLast()), (1...1_000_000).contains(number)
        else { return nil }
        seconds = number * unit
    }
}
