import API
import ArgumentParser
import Domain
import LocalStack
import QRCodes

/// `wijkmunt pay …`: what a phone does that does not scan a till's screen.
struct PayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay",
        abstract: "Pay as a phone: show a code to be scanned, or pay at a printed one.",
        subcommands: [Code.self, Shop.self]
    )

    struct Code: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a code that a till can charge once, up to an amount; offline.",
            discussion: "A position is put in when one is given; the shop that scans it reads it."
        )
        @Argument(help: "The most that may be charged, with two decimals, such as 12.50.")
        var most: String
        @Option(help: "The code of the coin.") var coin: String
        @Option(help: "How many seconds it counts, 1 to 300.") var seconds: Int = 60
        @Option(help: "Keep the place and its salt in this file, to disclose them.")
        var placeTo: String?
        @OptionGroup var position: PositionOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .acceptPayment)
            guard let units = try? DecimalText.minorUnits(most, digits: 2), units > 0 else {
                throw ValidationError("\(most) is not an amount: write two decimals, as in 12.50")
            }
            let code = try PayerCodeMaking(session).code(
                most: units,
                coin: coin,
                seconds: seconds,
                at: position.position
            )
            if let placeTo { try code.place?.write(to: placeTo) }
            let text = code.text
            if session.output == .json {
                try session.output.show(["text": text])
            } else {
                print(try QRMatrix(text).halfBlocks)
                print(text)
            }
        }
    }

    struct Shop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pay at a printed code: propose an amount, wait for the till, pay."
        )
        @Argument(help: "The text of the printed code.") var code: PrintedTill
        @Argument(help: "How much, such as 12.50.") var amount: String
        @Option(help: "What the cashier reads.") var reference: String?
        @Option(help: "The wallet that pays; the profile's own by default.")
        var wallet: Identifier?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var position: PositionOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .proposePayment)
            let coin = try await self.coin.resolve(session)
            let proposal: PaymentProposal = try await session.client.call(
                .proposePayment,
                body: PaymentProposalCreation(
                    terminalId: code.terminal,
                    amount: try coin.amount(amount),
                    reference: reference
                ),
                idempotencyKey: write.idempotencyKey
            )
            note("\(proposal.shop.name): \(proposal.amount.text)")
            note("the cashier sees \(proposal.matchCode) too")
            let challenge = try await confirmed(proposal, session)
            let phone = Phone(
                clientId: session.profile.clientId,
                walletId: try session.wallet(wallet),
                key: session.key,
                client: session.client
            )
            let asked = try await phone.scan(proposal.id)
            guard asked.amount == proposal.amount, asked.merchant == proposal.merchant else {
                throw CommandFailure("the till asks something else than was proposed: not paid")
            }
            let paid = try await phone.accept(
                asked,
                challenge: challenge,
                claim: position.position.map(SaltedClaim.init)
            )
            try session.output.show(paid)
        }

        /// Asks every second until the till has decided; the proposal ends after two minutes.
        private func confirmed(
            _ proposal: PaymentProposal,
            _ session: Session
        ) async throws -> String {
            while true {
                let seen: PaymentProposal = try await session.client.call(
                    .getPaymentProposal,
                    path: ["proposalId": proposal.id.description]
                )
                if let challenge = seen.challenge { return challenge }
                guard seen.state == .proposed else {
                    throw CommandFailure("the till did not confirm: \(seen.state.rawValue)")
                }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
}

/// A till as its printed code names it, or its id.
struct PrintedTill: ExpressibleByArgument, Sendable {
    let terminal: Identifier

    init?(argument: String) {
        if case .till(let id) = PaymentCode(text: argument) {
            terminal = Identifier(id)
        } else if let id = Identifier(argument) {
            terminal = id
        } else {
            return nil
        }
    }
}

extension PayerCode.Place {
    /// Keeps it as it is disclosed, in a file that only its owner may read.
    fileprivate func write(to path: String) throws {
        do {
            try SecretFile.write(
                try OutputFormat.json(["place": base64URL(bytes)]) + "\n",
                to: path
            )
        } catch {
            throw CommandFailure("\(path) cannot be written")
        }
    }
}

/// Makes codes to be scanned, with the key of a phone.
struct PayerCodeMaking: Sendable {
    let client: Identifier
    let key: SigningKey

    init(_ session: Session) {
        (client, key) = (session.profile.clientId, session.key)
    }

    /// A signed code; throws `ValidationError` when a value is out of range.
    func code(
        most: Int64,
        coin: String,
        seconds: Int,
        at position: Phone.Position?
    ) throws -> PayerCode {
        let terms = PayerCode.Terms(
            client: client.uuid,
            nonce: randomBytes(16),
            issuedAt: Instant.now.microseconds / 1_000_000,
            lifetimeSeconds: seconds,
            most: most,
            coin: coin
        )
        guard let terms else {
            throw ValidationError("the amount, the coin or the seconds are out of range")
        }
        let place = try position.map(claimed)
        let signed = PayerCode.signed(terms, digest: place.map { sha256($0.bytes) })
        let signature = try key.signature(over: signed)
        guard let code = PayerCode(terms: terms, place: place, signature: signature) else {
            throw CommandFailure("the key makes no ES256 signatures")
        }
        return code
    }

    private func claimed(_ position: Phone.Position) throws -> PayerCode.Place {
        let place = PayerCode.Place(
            salt: randomBytes(16),
            longitude: position.longitude,
            latitude: position.latitude,
            accuracyMetres: Int(position.accuracyMetres.rounded(.up)),
            ageSeconds: position.fixedSecondsAgo,
            isMock: position.isMock
        )
        guard let place else { throw ValidationError("the position is out of range") }
        return place
    }
}
