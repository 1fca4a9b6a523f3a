/// What a finding is about.
package enum FindingLevel: String, CaseIterable, Codable, Hashable, Sendable {
    /// The whole file.
    case file
    /// One payment information block.
    case payment
    /// One instruction.
    case line
}

/// What a finding leads to.
package enum FindingSeverity: String, CaseIterable, Codable, Hashable, Sendable {
    /// What it is about is refused.
    case refusal
    /// Nothing; somebody should look.
    case remark
}

/// One remark about a file.
package struct Finding: Codable, Hashable, Sendable {
    /// What it is about.
    package var level: FindingLevel
    /// What it leads to.
    package var severity: FindingSeverity
    /// The instruction; null when it is about more.
    @Nullable package var line: Int?
    /// The XML element.
    package var path: String
    /// The ISO 20022 external status reason code.
    package var code: String
    /// What is wrong, in English.
    package var text: String
    /// What is wrong, in Dutch.
    package var textDutch: String

    /// Creates it from its members.
    package init(
        level: FindingLevel,
        severity: FindingSeverity,
        line: Int?,
        path: String,
        code: String,
        text: String,
        textDutch: String
    ) {
        self.level = level
        self.severity = severity
        self.line = line
        self.path = path
        self.code = code
        self.text = text
        self.textDutch = textDutch
    }
}
