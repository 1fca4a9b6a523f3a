import API
import ArgumentParser

/// `wijkmunt card …`
struct CardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card",
        abstract: "Cards for people without a phone: a number and a PIN.",
        discussion: """
            Make blank ones, give one to a person, let the person choose a PIN; then a till takes \
            it. A PIN is read from --pin-file or standard input, never from an argument.
            """,
        subcommands: [
            Make.self, List.self, Show.self, Link.self, SetPIN.self, Block.self, Return.self,
            Replace.self, Pay.self,
        ]
    )

    struct Make: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make blank cards to print; their numbers are shown this once."
        )
        @Argument(help: "How many, 1 to 500.") var count: Int
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createPrintRun)
            let run: PrintRun = try await session.client.call(
                .createPrintRun,
                body: PrintRunCreation(count: count),
                idempotencyKey: write.idempotencyKey
            )
            if session.output == .json {
                try session.output.show(run)
            } else {
                session.output.showTable(run.cards, columns: ["id", "number"])
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the cards.")
        @Option(help: "Only those of this person.") var person: Identifier?
        @Option(help: "Only those in this state.") var state: CardState?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listCards)
            let list: Page<Card> = try await session.client.call(
                .listCards,
                query: page.query + [
                    ("personId", person?.description), ("state", state?.rawValue),
                ]
            )
            try session.output.show(
                list,
                columns: ["id", "lastFour", "state", "personId", "hasPin", "isPinBlocked"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a card and what happened to it."
        )
        @Argument(help: "The card.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getCard)
            let card: Card = try await session.client.call(
                .getCard,
                path: ["cardId": id.description]
            )
            try session.output.show(card)
        }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a blank card to a person."
        )
        @Argument(help: "The number on the card.") var number: String
        @Option(help: "The person.") var person: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .linkCard)
            let card: Card = try await session.client.call(
                .linkCard,
                path: ["personId": person.description],
                body: CardLink(number: number),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(card)
        }
    }

    struct SetPIN: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pin",
            abstract: "Set the PIN that the holder of a card chose; wrong ones are forgotten."
        )
        @Argument(help: "The card.") var id: Identifier
        @OptionGroup var pin: PINOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .setCardPin)
            let card: Card = try await session.client.call(
                .setCardPin,
                path: ["cardId": id.description],
                body: CardPinSetting(pin: try pin.read()),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(card)
        }
    }

    struct Block: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Block a lost card, at once.")
        @Argument(help: "The card.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .blockCard)
            let card: Card = try await session.client.call(
                .blockCard,
                path: ["cardId": id.description],
                body: CardNote(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(card)
        }
    }

    struct Return: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a card back: it is blank again."
        )
        @Argument(help: "The card.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .returnCard)
            let card: Card = try await session.client.call(
                .returnCard,
                path: ["cardId": id.description],
                body: CardNote(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(card)
        }
    }

    struct Replace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give the holder of a card another one for the same wallet."
        )
        @Argument(help: "The card that is replaced.") var id: Identifier
        @Option(help: "The number on the blank card.") var number: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .replaceCard)
            let card: Card = try await session.client.call(
                .replaceCard,
                path: ["cardId": id.description],
                body: CardLink(number: number),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(card)
        }
    }

    struct Pay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a payment from a card, as the till that asked for it."
        )
        @Argument(help: "The payment.") var payment: Identifier
        @Option(help: "The number on the card.") var number: String
        @OptionGroup var pin: PINOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .acceptPaymentByCard)
            let paid: Payment = try await session.client.call(
                .acceptPaymentByCard,
                path: ["paymentId": payment.description],
                body: CardAcceptance(cardNumber: number, pin: try pin.read()),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(paid)
        }
    }
}

extension CardState: ExpressibleByArgument {}
