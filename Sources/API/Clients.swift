/// What a client is.
package enum ClientKind: String, CaseIterable, Codable, Hashable, Sendable {
    /// Software of an organisation.
    case organisation
    /// The phone of a person.
    case phone
    /// A till.
    case terminal
    /// Somebody who logs in at the identity provider of an institution, and has no key here.
    case official
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
    package var publicKey: ClientJwk

    /// Creates it from its members.
    package init(
        partyId: Identifier,
        name: String,
        roles: [Role],
        publicKey: ClientJwk
    ) {
        self.partyId = partyId
        self.name = name
        self.roles = roles
        self.publicKey = publicKey
    }

    /// Creates it with a P-256 key, as everybody has who did not choose.
    package init(
        partyId: Identifier,
        name: String,
        roles: [Role],
        publicKey: EcPublicJwk
    ) {
        self.init(partyId: partyId, name: name, roles: roles, publicKey: .ec(publicKey))
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

/// Why clients or tokens are revoked.
package struct ClientRevocation: Codable, Hashable, Sendable {
    /// The reason.
    package var reason: String

    /// Creates it from its members.
    package init(reason: String) {
        self.reason = reason
    }
}

/// That the tokens of a client were revoked.
package struct TokenRevocation: Codable, Hashable, Sendable {
    /// The client, which may get others.
    package var clientId: Identifier
    /// Those that were issued earlier are refused.
    package var tokensBefore: Instant

    /// Creates it from its members.
    package init(clientId: Identifier, tokensBefore: Instant) {
        self.clientId = clientId
        self.tokensBefore = tokensBefore
    }
}

/// That everything which acted for a party was revoked.
package struct PartyRevocation: Codable, Hashable, Sendable {
    /// The party.
    package var partyId: Identifier
    /// How many clients were active until now.
    package var revokedClients: Int
    /// When.
    package var revokedAt: Instant

    /// Creates it from its members.
    package init(partyId: Identifier, revokedClients: Int, revokedAt: Instant) {
        self.partyId = partyId
        self.revokedClients = revokedClients
        self.revokedAt = revokedAt
    }
}
