/// What a card can be used for.
package enum CardState: String, CaseIterable, Codable, Hashable, Sendable {
    /// In stock at a counter: nobody's.
    case blank
    /// Somebody's; pays once it has a PIN.
    case linked
    /// Does not pay until it was returned and given out again.
    case blocked
    /// Never pays again: its holder has another.
    case replaced
}

/// What happened to a card.
package enum CardAct: String, CaseIterable, Codable, Hashable, Sendable {
    /// It was given to a person.
    case linked
    /// Its holder chose a PIN; wrong ones are forgotten.
    case pinSet = "pin-set"
    /// It was blocked.
    case blocked
    /// It was given back, and is blank again.
    case returned
    /// Its holder got another.
    case replaced
}

/// How many blank cards to make.
package struct PrintRunCreation: Codable, Hashable, Sendable {
    /// From 1 to 500.
    package var count: Int

    /// Creates it from its members.
    package init(count: Int) {
        self.count = count
    }
}

/// A card to print.
package struct PrintedCard: Codable, Hashable, Sendable {
    /// The card.
    package var id: Identifier
    /// Its sixteen digits, in this answer only.
    package var number: String

    /// Creates it from its members.
    package init(id: Identifier, number: String) {
        self.id = id
        self.number = number
    }
}

/// Blank cards that were made together.
package struct PrintRun: Codable, Hashable, Sendable {
    /// The run.
    package var id: Identifier
    /// The cards.
    package var cards: [PrintedCard]
    /// When they were made.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(id: Identifier, cards: [PrintedCard], createdAt: Instant) {
        self.id = id
        self.cards = cards
        self.createdAt = createdAt
    }
}

/// One thing that happened to a card.
package struct CardEvent: Codable, Hashable, Sendable {
    /// What.
    package var act: CardAct
    /// Whose card it was then; null for nobody's.
    @Nullable package var personId: Identifier?
    /// Which client did it.
    package var clientId: Identifier
    /// Why; null when none was given.
    @Nullable package var reason: String?
    /// When.
    package var happenedAt: Instant

    /// Creates it from its members.
    package init(
        act: CardAct,
        personId: Identifier?,
        clientId: Identifier,
        reason: String?,
        happenedAt: Instant
    ) {
        self.act = act
        self.personId = personId
        self.clientId = clientId
        self.reason = reason
        self.happenedAt = happenedAt
    }
}

/// A card, as the counter sees it.
package struct Card: Codable, Hashable, Sendable {
    /// The card.
    package var id: Identifier
    /// The last four digits of its number.
    package var lastFour: String
    /// What it can be used for.
    package var state: CardState
    /// Whose it is or was last; null for nobody's.
    @Nullable package var personId: Identifier?
    /// The wallet that it pays from; null for nobody's.
    @Nullable package var walletId: Identifier?
    /// Whether its holder has chosen a PIN.
    package var hasPin: Bool
    /// Whether wrong PINs have blocked it; a new PIN at a counter ends that.
    package var isPinBlocked: Bool
    /// The run that it was made in.
    package var printRunId: Identifier
    /// When it was made.
    package var createdAt: Instant
    /// The latest hundred things that happened to it, newest first; only when it is read alone.
    package var history: [CardEvent]?

    /// Creates it from its members.
    package init(
        id: Identifier,
        lastFour: String,
        state: CardState,
        personId: Identifier?,
        walletId: Identifier?,
        hasPin: Bool,
        isPinBlocked: Bool,
        printRunId: Identifier,
        createdAt: Instant,
        history: [CardEvent]? = nil
    ) {
        self.id = id
        self.lastFour = lastFour
        self.state = state
        self.personId = personId
        self.walletId = walletId
        self.hasPin = hasPin
        self.isPinBlocked = isPinBlocked
        self.printRunId = printRunId
        self.createdAt = createdAt
        self.history = history
    }
}

/// A blank card for a person.
package struct CardLink: Codable, Hashable, Sendable {
    /// The sixteen digits; spaces and hyphens do not matter.
    package var number: String

    /// Creates it from its members.
    package init(number: String) {
        self.number = number
    }
}

/// A PIN that the holder of a card chose.
package struct CardPinSetting: Codable, Hashable, Sendable {
    /// Four to six digits.
    package var pin: String

    /// Creates it from its members.
    package init(pin: String) {
        self.pin = pin
    }
}

/// Why something is done to a card.
package struct CardNote: Codable, Hashable, Sendable {
    /// The reason.
    package var reason: String

    /// Creates it from its members.
    package init(reason: String) {
        self.reason = reason
    }
}

/// How a card pays.
package struct CardAcceptance: Codable, Hashable, Sendable {
    /// The sixteen digits; spaces and hyphens do not matter.
    package var cardNumber: String
    /// What the holder typed.
    package var pin: String

    /// Creates it from its members.
    package init(cardNumber: String, pin: String) {
        self.cardNumber = cardNumber
        self.pin = pin
    }
}
