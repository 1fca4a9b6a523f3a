/// A phone of a person.
package struct Device: Codable, Hashable, Sendable {
    /// The device, a client.
    package var id: Identifier
    /// What its holder calls it.
    package var name: String
    /// Whether it may get tokens.
    package var state: ClientState
    /// Whether it is the one that asks.
    package var current: Bool
    /// When it was enrolled.
    package var enrolledAt: Instant
    /// When it was revoked; null while it is active.
    @Nullable package var revokedAt: Instant?
    /// Why it was revoked; null while it is active.
    @Nullable package var revocationReason: String?

    /// Creates it from its members.
    package init(
        id: Identifier,
        name: String,
        state: ClientState,
        current: Bool,
        enrolledAt: Instant,
        revokedAt: Instant?,
        revocationReason: String?
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.current = current
        self.enrolledAt = enrolledAt
        self.revokedAt = revokedAt
        self.revocationReason = revocationReason
    }
}

/// What to call a device from now on.
package struct DeviceName: Codable, Hashable, Sendable {
    /// The name.
    package var name: String

    /// Creates it from its members.
    package init(name: String) {
        self.name = name
    }
}
