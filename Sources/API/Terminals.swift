/// How far a terminal has come.
package enum TerminalState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Waiting for its activation code.
    case registered
    /// In use.
    case enrolled
    /// No longer in use.
    case revoked
}

/// A terminal to register.
package struct TerminalRegistration: Codable, Hashable, Sendable {
    /// What the shop calls it.
    package var name: String

    /// Creates it from its members.
    package init(name: String) {
        self.name = name
    }
}

/// A till of a shop.
package struct Terminal: Codable, Hashable, Sendable {
    /// The terminal.
    package var id: Identifier
    /// The shop.
    package var shopId: Identifier
    /// What the shop calls it.
    package var name: String
    /// Six digits and a check digit, for people.
    package var number: String
    /// How far it has come.
    package var state: TerminalState
    /// The code that enrols it.
    package var activationCode: ActivationCode

    /// Creates it from its members.
    package init(
        id: Identifier,
        shopId: Identifier,
        name: String,
        number: String,
        state: TerminalState,
        activationCode: ActivationCode
    ) {
        self.id = id
        self.shopId = shopId
        self.name = name
        self.number = number
        self.state = state
        self.activationCode = activationCode
    }
}
