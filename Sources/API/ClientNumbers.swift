/// How far the link of a client number has come.
package enum ClientNumberState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Linked by one; no benefit is credited by it.
    case unconfirmed
    /// A second person has confirmed it.
    case confirmed
    /// Taken back; it finds nobody.
    case withdrawn
}

/// A number by which an institution knows a person.
package struct ClientNumberLink: Codable, Hashable, Sendable {
    /// The number, never a citizen service number.
    package var clientNumber: String
    /// Whose number it is; the caller's institution when absent.
    package var institutionId: Identifier?

    /// Creates it from its members.
    package init(clientNumber: String, institutionId: Identifier? = nil) {
        self.clientNumber = clientNumber
        self.institutionId = institutionId
    }
}

/// That a second person has seen whose number it is.
package struct ClientNumberConfirmation: Codable, Hashable, Sendable {
    /// The number, read from the file of the institution.
    package var clientNumber: String
    /// What was seen.
    package var evidence: String

    /// Creates it from its members.
    package init(clientNumber: String, evidence: String) {
        self.clientNumber = clientNumber
        self.evidence = evidence
    }
}

/// The link of a person to the number of an institution.
package struct LinkedClientNumber: Codable, Hashable, Sendable {
    /// The link.
    package var id: Identifier
    /// The person.
    package var personId: Identifier
    /// Whose number it is; null for the community's own.
    @Nullable package var institutionId: Identifier?
    /// The number, masked.
    package var clientNumberMasked: String
    /// How far it has come.
    package var state: ClientNumberState
    /// The client that linked it.
    package var linkedBy: Identifier
    /// When it was linked.
    package var linkedAt: Instant
    /// The client that confirmed it; null before.
    @Nullable package var confirmedBy: Identifier?
    /// When it was confirmed; null before.
    @Nullable package var confirmedAt: Instant?
    /// When it was taken back; null unless it was.
    @Nullable package var withdrawnAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        personId: Identifier,
        institutionId: Identifier?,
        clientNumberMasked: String,
        state: ClientNumberState,
        linkedBy: Identifier,
        linkedAt: Instant,
        confirmedBy: Identifier?,
        confirmedAt: Instant?,
        withdrawnAt: Instant?
    ) {
        self.id = id
        self.personId = personId
        self.institutionId = institutionId
        self.clientNumberMasked = clientNumberMasked
        self.state = state
        self.linkedBy = linkedBy
        self.linkedAt = linkedAt
        self.confirmedBy = confirmedBy
        self.confirmedAt = confirmedAt
        self.withdrawnAt = withdrawnAt
    }
}
