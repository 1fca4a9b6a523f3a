/// What holds the key of a client.
package enum ClientKind: String, CaseIterable, Codable, Hashable, Sendable {
    /// Software of an organisation.
    case organisation
    /// The phone of a person.
    case phone
    /// A till.
    case terminal
}

/// Whether a client may get tokens.
package enum ClientState: String, CaseIterable, Codable, Hashable, Sendable {
    /// It may.
    case active
    /// Never again.
    case revoked
}

/// Software of an organisation to register.
package struct ClientRegistration: Codable, Hashable, Sendable {
    /// The institution or merchant that it acts for.
    package var partyId: Identifier
    /// Its name.
    package var name: String
    /// Its roles; not those of operators and enrolled devices.
    package var roles: [Role]
    /// The key with which it signs.
    package var publicKey: EcPublicJwk

    /// Creates it from its members.
    package init(
        partyId: Identifier,
        name: String,
        roles: [Role],
        publicKey: EcPublicJwk
    ) {
        self.partyId = partyId
        self.name = name
        self.roles = roles
        self.publicKey = publicKey
    }
}

/// What can get tokens: software, a phone, a till.
package struct Client: Codable, Hashable, Sendable {
    /// The client.
    package var id: Identifier
    /// The party that it acts for.
    package var partyId: Identifier
    /// Its name.
    package var name: String
    /// What holds its key.
    package var kind: ClientKind
    /// Its roles.
    package var roles: [Role]
    /// Whether it may get tokens.
    package var state: ClientState
    /// When it was registered or enrolled.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        partyId: Identifier,
        name: String,
        kind: ClientKind,
        roles: [Role],
        state: ClientState,
        createdAt: Instant
    ) {
        self.id = id
        self.partyId = partyId
        self.name = name
        self.kind = kind
        self.roles = roles
        self.state = state
        self.createdAt = createdAt
    }
}

/// Why a client is revoked.
package struct ClientRevocation: Codable, Hashable, Sendable {
    /// The reason.
    package var reason: String

    /// Creates it from its members.
    package init(reason: String) {
        self.reason = reason
    }
}
