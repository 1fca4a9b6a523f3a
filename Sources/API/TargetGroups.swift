/// A group to make.
package struct TargetGroupCreation: Codable, Hashable, Sendable {
    /// Its name, for the counter.
    package var name: String

    /// Creates it from its members.
    package init(name: String) {
        self.name = name
    }
}

/// People that others add something for. Shops never see who is in one, nor its name.
package struct TargetGroup: Codable, Hashable, Sendable {
    /// The group.
    package var id: Identifier
    /// Its name.
    package var name: String
    /// When it was made.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(id: Identifier, name: String, createdAt: Instant) {
        self.id = id
        self.name = name
        self.createdAt = createdAt
    }
}

/// Somebody to put into a group.
package struct TargetGroupEntry: Codable, Hashable, Sendable {
    /// The person.
    package var personId: Identifier
    /// Until when; absent for as long as nobody takes them out.
    package var validUntil: Instant?

    /// Creates it from its members.
    package init(personId: Identifier, validUntil: Instant? = nil) {
        self.personId = personId
        self.validUntil = validUntil
    }
}

/// Somebody who is, or was, in a group.
package struct TargetGroupMember: Codable, Hashable, Sendable {
    /// The group.
    package var groupId: Identifier
    /// The person.
    package var personId: Identifier
    /// Until when; null for as long as nobody takes them out.
    @Nullable package var validUntil: Instant?

    /// Creates it from its members.
    package init(groupId: Identifier, personId: Identifier, validUntil: Instant?) {
        self.groupId = groupId
        self.personId = personId
        self.validUntil = validUntil
    }
}

/// Somebody to take out of a group.
package struct TargetGroupRemoval: Codable, Hashable, Sendable {
    /// The person.
    package var personId: Identifier

    /// Creates it from its members.
    package init(personId: Identifier) {
        self.personId = personId
    }
}
