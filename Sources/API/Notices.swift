/// What somebody is told about grants.
package enum NoticeKind: String, CaseIterable, Codable, Hashable, Sendable {
    /// Money of a grant will be taken back.
    case recallAnnounced = "recall-announced"
    /// The objection was right.
    case recallUpheld = "recall-upheld"
    /// The objection was not right, and the recall goes on.
    case recallRejected = "recall-rejected"
    /// Nothing is taken.
    case recallWithdrawn = "recall-withdrawn"
    /// So much was taken.
    case recallDone = "recall-done"
    /// So much returns to the programme unless it is spent.
    case expiryNear = "expiry-near"
    /// The money of a programme will be spent in fewer places.
    case earmarkNarrows = "earmark-narrows"
    /// It will not: another change has overtaken it.
    case earmarkWithdrawn = "earmark-withdrawn"
}

/// Something that the holder of a wallet is told about grants.
package struct Notice: Codable, Hashable, Sendable {
    /// The notice.
    package var id: Identifier
    /// What it is about.
    package var kind: NoticeKind
    /// The programme.
    package var programmeId: Identifier
    /// The name of the programme.
    package var programmeName: String
    /// The recall, the pot that expires, or the change of the programme.
    package var subjectId: Identifier
    /// How much; null for all that is left then, and for no amount.
    @Nullable package var amount: Amount?
    /// When it happens; null when it has.
    @Nullable package var dueAt: Instant?
    /// When it was told.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        kind: NoticeKind,
        programmeId: Identifier,
        programmeName: String,
        subjectId: Identifier,
        amount: Amount?,
        dueAt: Instant?,
        createdAt: Instant
    ) {
        self.id = id
        self.kind = kind
        self.programmeId = programmeId
        self.programmeName = programmeName
        self.subjectId = subjectId
        self.amount = amount
        self.dueAt = dueAt
        self.createdAt = createdAt
    }
}
