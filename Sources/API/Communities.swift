/// The first administrator of a new community.
package struct AdministratorCreation: Codable, Hashable, Sendable {
    /// The name of the administering organisation.
    package var name: String
    /// The key with which its software will sign.
    package var publicKey: EcPublicJwk

    /// Creates it from its members.
    package init(name: String, publicKey: EcPublicJwk) {
        self.name = name
        self.publicKey = publicKey
    }
}

/// What a new community needs.
package struct CommunityCreation: Codable, Hashable, Sendable {
    /// The name of the community.
    package var name: String
    /// The IANA time zone of its days; `Europe/Amsterdam` when absent.
    package var timeZone: String?
    /// Its first administrator.
    package var administrator: AdministratorCreation

    /// Creates it from its members.
    package init(name: String, timeZone: String? = nil, administrator: AdministratorCreation) {
        self.name = name
        self.timeZone = timeZone
        self.administrator = administrator
    }
}

/// The first administrator of a community, as it was made.
package struct AdministratorReference: Codable, Hashable, Sendable {
    /// The institution that administers.
    package var partyId: Identifier
    /// Its client.
    package var clientId: Identifier

    /// Creates it from its members.
    package init(partyId: Identifier, clientId: Identifier) {
        self.partyId = partyId
        self.clientId = clientId
    }
}

/// A wijk or municipality that runs coins; the tenant.
package struct Community: Codable, Hashable, Sendable {
    /// The community.
    package var id: Identifier
    /// Its name.
    package var name: String
    /// The IANA time zone of its days.
    package var timeZone: String
    /// When it was made.
    package var createdAt: Instant
    /// Only in the answer that makes the community.
    package var administrator: AdministratorReference?

    /// Creates it from its members.
    package init(
        id: Identifier,
        name: String,
        timeZone: String,
        createdAt: Instant,
        administrator: AdministratorReference? = nil
    ) {
        self.id = id
        self.name = name
        self.timeZone = timeZone
        self.createdAt = createdAt
        self.administrator = administrator
    }
}
