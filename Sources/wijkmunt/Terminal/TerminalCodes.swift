import API
import ArgumentParser
import Domain

extension TerminalCommand {
    struct ShowCode: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "code",
            abstract: "Show the QR code of a payment on this till's screen, with a fresh challenge."
        )
        @Argument(help: "The payment.") var id: Identifier
        @OptionGroup var code: CodeOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getPaymentQrCodePng)
            let path = ["paymentId": id.description]
            let payment: Payment = try await session.client.call(.getPayment, path: path)
            let text =
                switch code.content {
                case .uri: payment.paymentUri
                case .emv: payment.emvPayload
                case .link: payment.qrPayload
                }
            guard let text else {
                throw CommandFailure(
                    payment.paymentUri == nil
                        ? "only the till that asked can show the code"
                        : "EMVCo's form has no room for so large an amount: use --content uri"
                )
            }
            try await code.show(
                text,
                session,
                path: path,
                asPNG: .getPaymentQrCodePng,
                asSVG: .getPaymentQrCodeSvg
            )
        }
    }

    struct Charge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Scan the code on a payer's phone and charge it."
        )
        @Argument(help: "How much, such as 12.50.") var amount: String
        @Argument(help: "The text of the payer's QR code.") var code: String
        @Option(help: "The reference of the shop.") var reference: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .acceptPaymentByPayerCode)
            let coin = try await self.coin.resolve(session)
            let asked: Payment = try await session.client.call(
                .requestPayment,
                body: PaymentRequest(amount: try coin.amount(amount), reference: reference),
                idempotencyKey: write.idempotencyKey
            )
            let paid: Payment = try await session.client.call(
                .acceptPaymentByPayerCode,
                path: ["paymentId": asked.id.description],
                body: PayerCodeAcceptance(code: code),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(paid)
        }
    }

    struct Invoice: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask somebody who is elsewhere, by a link to send.",
            discussion: "Only where the coin permits it, for what is picked up at the shop."
        )
        @Argument(help: "How much, such as 12.50.") var amount: String
        @Option(help: "The reference of the shop.") var reference: String?
        @Option(help: "How long the payer has, in seconds; a week by default.")
        var expiresIn: Int?
        @Option(help: "The till, for a cashier with a phone.") var terminal: Identifier?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .requestInvoice)
            let coin = try await self.coin.resolve(session)
            let payment: Payment = try await session.client.call(
                .requestInvoice,
                body: InvoiceRequest(
                    amount: try coin.amount(amount),
                    reference: reference,
                    expiresInSeconds: expiresIn,
                    terminalId: terminal
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(payment)
        }
    }

    struct Proposals: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what payers at the printed code propose."
        )
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listPaymentProposals)
            let list: Page<PaymentProposal> = try await session.client.call(
                .listPaymentProposals,
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["id", "matchCode", "amount", "reference", "expiresAt"]
            )
        }
    }

    struct Confirm: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask for what a payer proposes; both screens show the same three digits."
        )
        @Argument(help: "The proposal.") var id: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            try await TerminalCommand.decide(.confirmed, id, session, write)
        }
    }

    struct Decline: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse what a payer proposes."
        )
        @Argument(help: "The proposal.") var id: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            try await TerminalCommand.decide(.declined, id, session, write)
        }
    }

    fileprivate static func decide(
        _ decision: PaymentProposalVerdict,
        _ id: Identifier,
        _ options: SessionOptions,
        _ write: WriteOptions
    ) async throws {
        let session = try options.open(for: .decidePaymentProposal)
        let proposal: PaymentProposal = try await session.client.call(
            .decidePaymentProposal,
            path: ["proposalId": id.description],
            body: PaymentProposalDecision(decision: decision),
            idempotencyKey: write.idempotencyKey
        )
        try session.output.show(proposal)
    }
}

extension ShopCommand {
    struct PrintedCode: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "code",
            abstract: "Show the code of a till to print; payers say how much themselves."
        )
        @Argument(help: "The till.") var terminal: Identifier
        @OptionGroup var code: CodeOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getTerminalQrCodePng)
            try await code.show(
                PaymentCode.till(terminal.uuid).uri,
                session,
                path: ["terminalId": terminal.description],
                asPNG: .getTerminalQrCodePng,
                asSVG: .getTerminalQrCodeSvg
            )
        }
    }
}
