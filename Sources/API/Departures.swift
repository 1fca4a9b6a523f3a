/// Why a person receives nothing any more.
package enum DepartureKind: String, CaseIterable, Codable, Hashable, Sendable {
    /// The person died.
    case died
    /// The person moved out of the community.
    case movedAway = "moved-away"
}

/// How far a departure has come.
package enum DepartureState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Somebody has to confirm it.
    case reported
    /// It counts.
    case confirmed
    /// It was a mistake.
    case dropped
    /// It counted, and does no more.
    case ended
}

/// What happens to what is left of a grant when its receiver departs.
package enum DeparturePolicy: String, CaseIterable, Codable, Hashable, Sendable {
    /// It is recalled.
    case recall
    /// Nothing.
    case keep
}

/// That a person died or moved away.
package struct DepartureReport: Codable, Hashable, Sendable {
    /// Which of the two.
    package var kind: DepartureKind
    /// Since when, such as `2026-03-01`; not ahead.
    package var departedOn: String
    /// How that is known.
    package var note: String?

    /// Creates it from its members.
    package init(
        kind: DepartureKind,
        departedOn: String,
        note: String? = nil
    ) {
        self.kind = kind
        self.departedOn = departedOn
        self.note = note
    }
}

/// That a person died or moved away, and what became of it.
package struct Departure: Codable, Hashable, Sendable {
    /// The departure.
    package var id: Identifier
    /// The person.
    package var personId: Identifier
    /// Which of the two.
    package var kind: DepartureKind
    /// Since when.
    package var departedOn: String
    /// How that is known; null without.
    @Nullable package var note: String?
    /// How far it has come.
    package var state: DepartureState
    /// The client that reported it.
    package var reportedBy: Identifier
    /// When.
    package var reportedAt: Instant
    /// When it was confirmed or dropped; null before.
    @Nullable package var decidedAt: Instant?
    /// The client that ended it; null before.
    @Nullable package var endedBy: Identifier?
    /// When; null before.
    @Nullable package var endedAt: Instant?
    /// Why; null before.
    @Nullable package var endingReason: String?
    /// How many recalls it announced.
    package var recalls: Int
    /// How many standing instructions it stopped.
    package var stoppedStandingInstructions: Int

    /// Creates it from its members.
    package init(
        id: Identifier,
        personId: Identifier,
        kind: DepartureKind,
        departedOn: String,
        note: String?,
        state: DepartureState,
        reportedBy: Identifier,
        reportedAt: Instant,
        decidedAt: Instant?,
        endedBy: Identifier?,
        endedAt: Instant?,
        endingReason: String?,
        recalls: Int,
        stoppedStandingInstructions: Int
    ) {
        self.id = id
        self.personId = personId
        self.kind = kind
        self.departedOn = departedOn
        self.note = note
        self.state = state
        self.reportedBy = reportedBy
        self.reportedAt = reportedAt
        self.decidedAt = decidedAt
        self.endedBy = endedBy
        self.endedAt = endedAt
        self.endingReason = endingReason
        self.recalls = recalls
        self.stoppedStandingInstructions = stoppedStandingInstructions
    }
}

/// Whether a departure is confirmed.
package struct DepartureDecision: Codable, Hashable, Sendable {
    /// Confirmed, or else dropped.
    package var confirm: Bool

    /// Creates it from its members.
    package init(
        confirm: Bool
    ) {
        self.confirm = confirm
    }
}

/// Why a departure does not count any more.
package struct DepartureEnding: Codable, Hashable, Sendable {
    /// Shown to the receiver of recalls that are withdrawn.
    package var reason: String

    /// Creates it from its members.
    package init(
        reason: String
    ) {
        self.reason = reason
    }
}
