import API
import ArgumentParser
import FoundationEssentials

/// `wijkmunt payment …`: the till asks, the phone pays, the shop refunds.
struct PaymentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payment",
        abstract: "What a shop asks and a resident pays.",
        subcommands: [
            Request.self, Show.self, List.self, Quote.self, Pay.self, Watch.self, Receipt.self,
            Capture.self, VoidHold.self, Refund.self, Refunds.self, Correct.self, Verdict.self,
        ]
    )

    struct Request: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask for a payment, as a till.")
        @Argument(help: "How much, such as 12.50.") var amount: String
        @Option(help: "The reference of the shop.") var reference: String?
        @Option(help: "How long the payer has, in seconds.") var expiresIn: Int?
        @Option(help: "The till, for a cashier with a phone.") var terminal: Identifier?
        @Option(help: "Reserve, and keep the coins this long once accepted: 45m, 12h, 7d.")
        var hold: HoldTerm?
        @Option(help: "The VAT in it, such as 21=2.17; may be repeated.")
        var vat: [VATArgument] = []
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .requestPayment)
            let coin = try await self.coin.resolve(session)
            let payment: Payment = try await session.client.call(
                .requestPayment,
                body: PaymentRequest(
                    amount: try coin.amount(amount),
                    reference: reference,
                    expiresInSeconds: expiresIn,
                    terminalId: terminal,
                    holdSeconds: hold?.seconds,
                    vat: try vat.parts(of: coin)
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(payment)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a payment.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getPayment)
            let payment: Payment = try await session.client.call(
                .getPayment,
                path: ["paymentId": id.description]
            )
            try session.output.show(payment)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List your payments.")
        @Option(help: "Only those in this state.") var state: PaymentState?
        @Option(help: "From this moment.") var from: Instant?
        @Option(help: "Until this moment.") var until: Instant?
        @Option(help: "Only what was captured of this reservation.") var reservation: Identifier?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listPayments)
            let list: Page<Payment> = try await session.client.call(
                .listPayments,
                query: page.query + [
                    ("state", state?.rawValue), ("fromAt", from?.description),
                    ("untilAt", until?.description),
                    ("reservationId", reservation?.description),
                ]
            )
            try session.output.show(
                list,
                columns: ["id", "state", "amount", "shop.name", "reference", "requestedAt"]
            )
        }
    }

    struct Pay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pay, as a phone: scan, claim a position, sign, accept."
        )
        @Argument(help: "The text of the QR code or the deep link, as the till shows it.")
        var code: ScannedCode
        @Option(help: "The challenge of the till, when only the payment's id is given.")
        var challenge: String?
        @Option(help: "The wallet that pays; the profile's own by default.") var wallet: Identifier?
        @Option(help: "A pot to draw on, and on no others; may be repeated, in order.")
        var pot: [Identifier] = []
        @Option(help: "A discount to use, as `payment quote` shows it.")
        var discount: Identifier?
        @OptionGroup var position: PositionOptions
        @Option(help: "Keep the claim of the position and its salt in this file, to disclose them.")
        var claimTo: String?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .acceptPayment)
            let phone = Phone(
                clientId: session.profile.clientId,
                walletId: try session.wallet(wallet),
                key: session.key,
                client: session.client
            )
            let asked = try await phone.scan(code.payment)
            var offer: ApprovedDiscount?
            if let discount { offer = try await phone.offer(of: discount, for: asked.id) }
            try code.requireSame(asked)
            let claim = try position.position.map(SaltedClaim.init)
            if let claimTo { try claim?.write(to: claimTo) }
            let paid = try await phone.accept(
                asked,
                challenge: challenge ?? code.challenge,
                pots: pot.isEmpty ? nil : pot,
                discount: offer,
                claim: claim,
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(paid)
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follow a payment until it is paid or has ended."
        )
        @Argument(help: "The payment.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .streamPaymentEvents)
            let events = try await session.client.events(
                .streamPaymentEvents,
                path: ["paymentId": id.description]
            )
            for try await event in events where event.name == "payment" {
                let payment = try JSONDecoder().decode(Payment.self, from: Data(event.data.utf8))
                if session.output == .json {
                    print(event.data)
                } else {
                    print("\(Instant.now)  \(payment.state.rawValue)  \(payment.amount.text)")
                }
            }
        }
    }
}

extension PaymentState: ExpressibleByArgument {}
