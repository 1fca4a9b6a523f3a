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

/// Within what time two files that pay somebody the same look like one file twice.
package enum PaymentPeriod: String, CaseIterable, Codable, Hashable, Sendable {
    /// On one day.
    case day
    /// In one week, which begins on Monday.
    case week
    /// In one calendar month.
    case month
}

/// How a programme is to treat its files.
package struct FileSettingsCreation: Codable, Hashable, Sendable {
    /// What becomes of a file with refused lines; `whole` when absent.
    package var acceptance: FileAcceptance?
    /// When its lines are paid; `requested-date` when absent.
    package var execution: FileExecution?
    /// How often it pays somebody the same; `month` when absent.
    package var period: PaymentPeriod?
    /// From this sum on two people approve a file, or what a standing instruction says; one is always
    /// enough when absent.
    package var twoApproversFrom: Amount?

    /// Creates it from its members.
    package init(
        acceptance: FileAcceptance? = nil,
        execution: FileExecution? = nil,
        period: PaymentPeriod? = nil,
        twoApproversFrom: Amount? = nil
    ) {
        self.acceptance = acceptance
        self.execution = execution
        self.period = period
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
    /// How often it pays somebody the same.
    package var period: PaymentPeriod
    /// From this sum on two people approve a file, or what a standing instruction says; null when one
    /// is always enough.
    @Nullable package var twoApproversFrom: Amount?
    /// When it was set.
    package var setAt: Instant

    /// Creates it from its members.
    package init(
        programmeId: Identifier,
        version: Int,
        acceptance: FileAcceptance,
        execution: FileExecution,
        period: PaymentPeriod,
        twoApproversFrom: Amount?,
        setAt: Instant
    ) {
        self.programmeId = programmeId
        self.version = version
        self.acceptance = acceptance
        self.execution = execution
        self.period = period
        self.twoApproversFrom = twoApproversFrom
        self.setAt = setAt
    }
}
