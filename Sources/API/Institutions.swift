/// What kind of organisation an institution is.
package enum InstitutionKind: String, CaseIterable, Codable, Hashable, Sendable {
    /// A municipality.
    case municipality
    /// A social service, such as a regional benefits office.
    case socialService = "social-service"
    /// An employer.
    case employer
    /// An association or foundation.
    case association
}

/// An institution to register.
package struct InstitutionRegistration: Codable, Hashable, Sendable {
    /// Its name.
    package var name: String
    /// Its kind.
    package var kind: InstitutionKind

    /// Creates it from its members.
    package init(name: String, kind: InstitutionKind) {
        self.name = name
        self.kind = kind
    }
}

/// An organisation that issues, pays out or administers.
package struct Institution: Codable, Hashable, Sendable {
    /// The institution, a party.
    package var id: Identifier
    /// Its name.
    package var name: String
    /// Its kind.
    package var kind: InstitutionKind
    /// When it was registered.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        name: String,
        kind: InstitutionKind,
        createdAt: Instant
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.createdAt = createdAt
    }
}
