/// That the money of a programme ends later for somebody.
package struct ExtensionCreation: Codable, Hashable, Sendable {
    /// For whom.
    package var personId: Identifier
    /// The new end; pots that end later keep theirs.
    package var untilAt: Instant

    /// Creates it from its members.
    package init(personId: Identifier, untilAt: Instant) {
        self.personId = personId
        self.untilAt = untilAt
    }
}

/// An extension of one person's time to spend the money of a programme.
package struct Extension: Codable, Hashable, Sendable {
    /// The extension.
    package var id: Identifier
    /// The programme.
    package var programmeId: Identifier
    /// For whom.
    package var personId: Identifier
    /// The new end.
    package var untilAt: Instant
    /// How many pots it reached; those opened later get it too.
    package var potCount: Int
    /// Who gave it.
    package var extendedBy: Identifier
    /// When it was given.
    package var extendedAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        programmeId: Identifier,
        personId: Identifier,
        untilAt: Instant,
        potCount: Int,
        extendedBy: Identifier,
        extendedAt: Instant
    ) {
        self.id = id
        self.programmeId = programmeId
        self.personId = personId
        self.untilAt = untilAt
        self.potCount = potCount
        self.extendedBy = extendedBy
        self.extendedAt = extendedAt
    }
}
