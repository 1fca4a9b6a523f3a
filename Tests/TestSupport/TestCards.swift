package import API
import Foundation

/// A card that a test holds in its hand.
package struct TestCard: Sendable {
    package let id: Identifier
    package let number: String
    package static let pin = "482915"

    package init(id: Identifier, number: String) {
        self.id = id
        self.number = number
    }
}

extension TestCommunity {
    /// Blank cards from a print run.
    package func blankCards(_ count: Int = 1) async throws -> [TestCard] {
        try await administrator.call(.createPrintRun, body: PrintRunCreation(count: count))
            .decode(PrintRun.self).cards.map { TestCard(id: $0.id, number: $0.number) }
    }

    /// A card for a person, with a PIN.
    package func card(for person: Identifier, pin: String = TestCard.pin) async throws -> TestCard {
        guard let card = try await blankCards().first else { throw MissingMember(name: "cards") }
        _ = try await link(card, to: person).decode(Card.self)
        _ = try await setPIN(pin, of: card).decode(Card.self)
        return card
    }

    /// The counter gives a card to a person.
    package func link(_ card: TestCard, to person: Identifier) async throws -> TestAnswer {
        try await administrator.call(
            .linkCard,
            ["personId": "\(person)"],
            body: CardLink(number: card.number)
        )
    }

    /// The holder chooses a PIN at the counter.
    package func setPIN(_ pin: String, of card: TestCard) async throws -> TestAnswer {
        try await administrator.call(
            .setCardPin,
            ["cardId": "\(card.id)"],
            body: CardPinSetting(pin: pin)
        )
    }

    /// The counter does something to a card for a reason.
    package func act(_ operation: API.Operation, on card: TestCard) async throws -> TestAnswer {
        try await administrator.call(
            operation,
            ["cardId": "\(card.id)"],
            body: CardNote(reason: "kwijt")
        )
    }

    /// The counter gives the holder of a card another one.
    package func replace(_ card: TestCard, by other: TestCard) async throws -> TestAnswer {
        try await administrator.call(
            .replaceCard,
            ["cardId": "\(card.id)"],
            body: CardLink(number: other.number)
        )
    }

    /// A card as the counter sees it.
    package func show(_ card: TestCard) async throws -> Card {
        try await administrator.call(.getCard, ["cardId": "\(card.id)"]).decode(Card.self)
    }
}

extension TestShop {
    /// The till takes a card for a payment; another instance of its service may be asked.
    package func take(
        _ card: TestCard,
        pin: String = TestCard.pin,
        for payment: Payment,
        key: String? = nil,
        by till: TestClient? = nil
    ) async throws -> TestAnswer {
        try await (till ?? self.till).call(
            .acceptPaymentByCard,
            ["paymentId": "\(payment.id)"],
            body: CardAcceptance(cardNumber: card.number, pin: pin),
            key: key
        )
    }
}
