/// What becomes of a file in which some lines are refused.
package enum FileAcceptance: String, CaseIterable, Codable, Hashable, Sendable {
    /// It is refused as a whole.
    case whole
    /// Its good lines are taken; a refusal of the file itself still refuses all of it.
    case goodLines = "good-lines"
}

/// How a programme is to treat its files.
package struct FileSettingsCreation: Codable, Hashable, Sendable {
    /// What becomes of a file with refused lines; `whole` when absent.
    package var acceptance: FileAcceptance?
    /// From this sum on two people approve; one is always enough when absent.
    package var twoApproversFrom: Amount?

    /// Creates it from its members.
    package init(acceptance: FileAcceptance? = nil, twoApproversFrom: Amount? = nil) {
        self.acceptance = acceptance
        self.twoApproversFrom = twoApproversFrom
    }
}

/// One version of how a programme treats its files. A file goes by the one in force when it was
/// handed in.
package struct FileSettings: Codable, Hashable, Sendable {
    /// The programme.
    package var programmeId: Identifier
    /// Counted from 1 per programme.
    package var version: Int
    /// What becomes of a file with refused lines.
    package var acceptance: FileAcceptance
    /// From this sum on two people approve; null when one is always enough.
    @Nullable package var twoApproversFrom: Amount?
    /// When it was set.
    package var setAt: Instant

    /// Creates it from its members.
    package init(
        programmeId: Identifier,
        version: Int,
        acceptance: FileAcceptance,
        twoApproversFrom: Amount?,
        setAt: Instant
    ) {
        self.programmeId = programmeId
        self.version = version
        self.acceptance = acceptance
        self.twoApproversFrom = twoApproversFrom
        self.setAt = setAt
    }
}
