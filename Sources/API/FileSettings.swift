/// What becomes of a file in which some lines are refused.
package enum FileAcceptance: String, CaseIterable, Codable, Hashable, Sendable {
    /// It is refused as a whole.
    case whole
    /// Its good lines are taken; a refusal of the file itself still refuses all of it.
    case goodLines = "good-lines"
}

/// When the lines of an approved file are paid.
package enum FileExecution: String, CaseIterable, Codable, Hashable, Sendable {
    /// On the day that the file asks for; when banks are closed then, on the next that they are not.
    case requestedDate = "requested-date"
    /// As soon as it is approved.
    case atOnce = "at-once"
}

/// How a programme is to treat its files.
package struct FileSettingsCreation: Codable, Hashable, Sendable {
    /// What becomes of a file with refused lines; `whole` when absent.
    package var acceptance: FileAcceptance?
    /// When its lines are paid; `requested-date` when absent.
    package var execution: FileExecution?
    /// From this sum on two people approve; one is always enough when absent.
    package var twoApproversFrom: Amount?

    /// Creates it from its members.
    package init(
        acceptance: FileAcceptance? = nil,
        execution: FileExecution? = nil,
        twoApproversFrom: Amount? = nil
    ) {
        self.acceptance = acceptance
        self.execution = execution
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
    /// When its lines are paid.
    package var execution: FileExecution
    /// From this sum on two people approve; null when one is always enough.
    @Nullable package var twoApproversFrom: Amount?
    /// When it was set.
    package var setAt: Instant

    /// Creates it from its members.
    package init(
        programmeId: Identifier,
        version: Int,
        acceptance: FileAcceptance,
        execution: FileExecution,
        twoApproversFrom: Amount?,
        setAt: Instant
    ) {
        self.programmeId = programmeId
        self.version = version
        self.acceptance = acceptance
        self.execution = execution
        self.twoApproversFrom = twoApproversFrom
        self.setAt = setAt
    }
}
