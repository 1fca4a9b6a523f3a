/// How far a recall has come.
package enum RecallState: String, CaseIterable, Codable, Hashable, Sendable {
    /// The receiver was told, and the waiting period runs.
    case announced
    /// An objection waits for a decision.
    case objected
    /// The objection was right; nothing is taken.
    case upheld
    /// Ended by the payer.
    case withdrawn
    /// What was left was taken.
    case done
}

/// Why a grant is recalled, and how much of it.
package struct RecallCreation: Codable, Hashable, Sendable {
    /// Shown to the receiver.
    package var reason: String
    /// At most so much; all that is left when absent.
    package var amount: Amount?

    /// Creates it from its members.
    package init(
        reason: String,
        amount: Amount? = nil
    ) {
        self.reason = reason
        self.amount = amount
    }
}

/// That unspent money of a grant is taken back, and what became of it.
package struct Recall: Codable, Hashable, Sendable {
    /// The recall, and the transfer that carries it out.
    package var id: Identifier
    /// The grant.
    package var grantId: Identifier
    /// Who received the grant.
    package var personId: Identifier
    /// The programme.
    package var programmeId: Identifier
    /// The name of the programme.
    package var programmeName: String
    /// At most so much; null for all that is left.
    @Nullable package var amount: Amount?
    /// Why.
    package var reason: String
    /// How far it has come.
    package var state: RecallState
    /// The client that announced it.
    package var announcedBy: Identifier
    /// When.
    package var announcedAt: Instant
    /// When it is carried out, unless an objection is open.
    package var dueAt: Instant
    /// What the receiver objects; null without.
    @Nullable package var objection: String?
    /// When; null without.
    @Nullable package var objectedAt: Instant?
    /// Why the objection was upheld or rejected; null before.
    @Nullable package var decisionReason: String?
    /// When that was decided; null before.
    @Nullable package var decidedAt: Instant?
    /// Why it was withdrawn; null unless it was.
    @Nullable package var withdrawalReason: String?
    /// What was taken, which may be nothing; null before.
    @Nullable package var taken: Amount?
    /// When it was upheld, withdrawn or done; null before.
    @Nullable package var endedAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        grantId: Identifier,
        personId: Identifier,
        programmeId: Identifier,
        programmeName: String,
        amount: Amount?,
        reason: String,
        state: RecallState,
        announcedBy: Identifier,
        announcedAt: Instant,
        dueAt: Instant,
        objection: String?,
        objectedAt: Instant?,
        decisionReason: String?,
        decidedAt: Instant?,
        withdrawalReason: String?,
        taken: Amount?,
        endedAt: Instant?
    ) {
        self.id = id
        self.grantId = grantId
        self.personId = personId
        self.programmeId = programmeId
        self.programmeName = programmeName
        self.amount = amount
        self.reason = reason
        self.state = state
        self.announcedBy = announcedBy
        self.announcedAt = announcedAt
        self.dueAt = dueAt
        self.objection = objection
        self.objectedAt = objectedAt
        self.decisionReason = decisionReason
        self.decidedAt = decidedAt
        self.withdrawalReason = withdrawalReason
        self.taken = taken
        self.endedAt = endedAt
    }
}

/// What somebody has against a recall.
package struct RecallObjection: Codable, Hashable, Sendable {
    /// The objection.
    package var text: String

    /// Creates it from its members.
    package init(
        text: String
    ) {
        self.text = text
    }
}

/// What is decided about an objection.
package struct RecallDecision: Codable, Hashable, Sendable {
    /// Whether the objection is right, so that nothing is taken.
    package var upheld: Bool
    /// Shown to the receiver.
    package var reason: String

    /// Creates it from its members.
    package init(
        upheld: Bool,
        reason: String
    ) {
        self.upheld = upheld
        self.reason = reason
    }
}

/// Why a recall is withdrawn.
package struct RecallWithdrawal: Codable, Hashable, Sendable {
    /// Shown to the receiver.
    package var reason: String

    /// Creates it from its members.
    package init(
        reason: String
    ) {
        self.reason = reason
    }
}
