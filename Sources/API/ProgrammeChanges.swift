/// How far a change of a programme has come.
package enum ProgrammeChangeState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Somebody else has to decide.
    case proposed
    /// The programme is as it was.
    case rejected
    /// The programme is so.
    case approved
}

/// What is to be otherwise about a programme; what is absent stays as it is.
package struct ProgrammeChangeCreation: Codable, Hashable, Sendable {
    /// Its name.
    package var name: String?
    /// For how many days coins wait for somebody who has not enrolled, up to 3650; never fewer than
    /// before.
    package var waitingDays: Int?
    /// For how many whole days after the day of each credit its coins last, from 1 to 3650; for credits
    /// from then on.
    package var creditsLastDays: Int?
    /// Where its euros arrive. Without a reference it keeps the one that it has.
    package var fundingAccount: FundingAccount?
    /// What it pays, and when: all of the rules, instead of those before.
    package var creditRules: CreditRulesCreation?
    /// For how many days a recall waits, from 1 to 365; for recalls from then on.
    package var recallWaitingDays: Int?
    /// Where its money may be spent; for a programme that was made with an earmark.
    package var earmark: Earmark?
    /// From when; at once when absent. What lets people spend their money in fewer places begins four weeks
    /// after the approval at the earliest.
    package var earmarkFromAt: Instant?
    /// Why, without names.
    package var reason: String

    /// Creates it from its members.
    package init(
        name: String? = nil,
        waitingDays: Int? = nil,
        creditsLastDays: Int? = nil,
        fundingAccount: FundingAccount? = nil,
        creditRules: CreditRulesCreation? = nil,
        recallWaitingDays: Int? = nil,
        earmark: Earmark? = nil,
        earmarkFromAt: Instant? = nil,
        reason: String
    ) {
        self.name = name
        self.waitingDays = waitingDays
        self.creditsLastDays = creditsLastDays
        self.fundingAccount = fundingAccount
        self.creditRules = creditRules
        self.recallWaitingDays = recallWaitingDays
        self.earmark = earmark
        self.earmarkFromAt = earmarkFromAt
        self.reason = reason
    }
}

/// What somebody else says to a change of a programme.
package struct ProgrammeChangeDecision: Codable, Hashable, Sendable {
    /// Whether the programme is to be so.
    package var approved: Bool
    /// The bank account, typed again from where it is known; needed to approve another one.
    package var fundingIban: String?
    /// Why not, without names; needed to reject.
    package var reason: String?

    /// Creates it from its members.
    package init(approved: Bool, fundingIban: String? = nil, reason: String? = nil) {
        self.approved = approved
        self.fundingIban = fundingIban
        self.reason = reason
    }
}

/// What is or was to be otherwise about a programme, and what became of it.
package struct ProgrammeChange: Codable, Hashable, Sendable {
    /// The change.
    package var id: Identifier
    /// The programme.
    package var programmeId: Identifier
    /// What the programme is called now.
    package var programmeName: String
    /// Its name; null to stay as it is.
    @Nullable package var name: String?
    /// For how many days coins wait for somebody who has not enrolled; null to stay as it is.
    @Nullable package var waitingDays: Int?
    /// For how many whole days after the day of each credit its coins last; null to stay as it is.
    @Nullable package var creditsLastDays: Int?
    /// Where its euros arrive; null to stay as it is.
    @Nullable package var fundingAccount: FundingAccount?
    /// What it pays, and when; null to stay as it is.
    @Nullable package var creditRules: CreditRulesCreation?
    /// For how many days a recall waits; null to stay as it is.
    @Nullable package var recallWaitingDays: Int?
    /// Where its money may be spent; null to stay as it is.
    @Nullable package var earmark: Earmark?
    /// From when: as it was proposed, and as it is once it is approved; null for at once, and without.
    @Nullable package var earmarkFromAt: Instant?
    /// Why.
    package var reason: String
    /// How far it has come.
    package var state: ProgrammeChangeState
    /// The client that proposed it.
    package var proposedBy: Identifier
    /// When it was proposed.
    package var proposedAt: Instant
    /// The client that decided; null before.
    @Nullable package var decidedBy: Identifier?
    /// When somebody decided; null before.
    @Nullable package var decidedAt: Instant?
    /// Why it was rejected; null unless it was.
    @Nullable package var rejectionReason: String?

    /// Creates it from its members.
    package init(
        id: Identifier,
        programmeId: Identifier,
        programmeName: String,
        name: String?,
        waitingDays: Int?,
        creditsLastDays: Int?,
        fundingAccount: FundingAccount?,
        creditRules: CreditRulesCreation?,
        recallWaitingDays: Int?,
        earmark: Earmark?,
        earmarkFromAt: Instant?,
        reason: String,
        state: ProgrammeChangeState,
        proposedBy: Identifier,
        proposedAt: Instant,
        decidedBy: Identifier?,
        decidedAt: Instant?,
        rejectionReason: String?
    ) {
        self.id = id
        self.programmeId = programmeId
        self.programmeName = programmeName
        self.name = name
        self.waitingDays = waitingDays
        self.creditsLastDays = creditsLastDays
        self.fundingAccount = fundingAccount
        self.creditRules = creditRules
        self.recallWaitingDays = recallWaitingDays
        self.earmark = earmark
        self.earmarkFromAt = earmarkFromAt
        self.reason = reason
        self.state = state
        self.proposedBy = proposedBy
        self.proposedAt = proposedAt
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
        self.rejectionReason = rejectionReason
    }
}

/// One version of where the money of a programme may be spent: of those that have begun the newest counts.
package struct EarmarkVersion: Codable, Hashable, Sendable {
    /// The programme.
    package var programmeId: Identifier
    /// Counted from 1 per programme.
    package var version: Int
    /// Where.
    package var earmark: Earmark
    /// From when.
    package var validFromAt: Instant

    /// Creates it from its members.
    package init(programmeId: Identifier, version: Int, earmark: Earmark, validFromAt: Instant) {
        self.programmeId = programmeId
        self.version = version
        self.earmark = earmark
        self.validFromAt = validFromAt
    }
}
