/// What a standing instruction pays.
package enum StandingPurpose: String, CaseIterable, Codable, Hashable, Sendable {
    /// What a public scheme gives.
    case benefit
    /// What an employer owes for work.
    case wage
    /// What an association gets.
    case subsidy
}

/// When a payment is made whose day is one on which T2 is closed.
package enum ClosedDayRule: String, CaseIterable, Codable, Hashable, Sendable {
    /// On that day all the same.
    case same
    /// On the last open day before.
    case before
    /// On the next open day.
    case after
}

/// How far a standing instruction has come.
package enum StandingState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Nothing was approved yet.
    case proposed
    /// It pays.
    case active
    /// It pays nothing from a day on.
    case stopped
}

/// Whether a term counts.
package enum StandingTermState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Somebody has to decide.
    case proposed
    /// It does.
    case approved
    /// It never will.
    case rejected
}

/// What a programme is to pay a person every month.
package struct StandingInstructionCreation: Codable, Hashable, Sendable {
    /// The person who is paid; unless it is a subsidy.
    package var personId: Identifier?
    /// The association that is paid, a merchant; of a subsidy.
    package var merchantId: Identifier?
    /// What it pays; `benefit` when absent.
    package var purpose: StandingPurpose?
    /// How much a month.
    package var amount: Amount
    /// The day of the month, 1 to 31; the last one of a shorter month.
    package var day: Int
    /// No payment is due before this day, such as `2026-03-25`; today at the earliest.
    package var fromOn: String
    /// No payment is due after this day; it goes on when absent.
    package var untilOn: String?
    /// What a day on which banks are closed does to the payment; `same` when absent.
    package var onClosedDay: ClosedDayRule?
    /// Shown to the person.
    package var reference: String?

    /// Creates it from its members.
    package init(
        personId: Identifier? = nil,
        merchantId: Identifier? = nil,
        purpose: StandingPurpose? = nil,
        amount: Amount,
        day: Int,
        fromOn: String,
        untilOn: String? = nil,
        onClosedDay: ClosedDayRule? = nil,
        reference: String? = nil
    ) {
        self.personId = personId
        self.merchantId = merchantId
        self.purpose = purpose
        self.amount = amount
        self.day = day
        self.fromOn = fromOn
        self.untilOn = untilOn
        self.onClosedDay = onClosedDay
        self.reference = reference
    }
}

/// What a standing instruction says from a day on.
package struct StandingTerm: Codable, Hashable, Sendable {
    /// 1, 2, 3 … in the order of proposal.
    package var nr: Int
    /// How much a month.
    package var amount: Amount
    /// The day of the month, 1 to 31; the last one of a shorter month.
    package var day: Int
    /// No payment is due before this day.
    package var fromOn: String
    /// No payment is due after this day; null for no end.
    @Nullable package var untilOn: String?
    /// Whether it counts.
    package var state: StandingTermState
    /// How many people besides who proposed it have to approve it: 1 or 2.
    package var approvalsNeeded: Int
    /// Who has approved it so far, in order of time.
    package var approvals: [Approver]

    /// Creates it from its members.
    package init(
        nr: Int,
        amount: Amount,
        day: Int,
        fromOn: String,
        untilOn: String?,
        state: StandingTermState,
        approvalsNeeded: Int,
        approvals: [Approver]
    ) {
        self.nr = nr
        self.amount = amount
        self.day = day
        self.fromOn = fromOn
        self.untilOn = untilOn
        self.state = state
        self.approvalsNeeded = approvalsNeeded
        self.approvals = approvals
    }
}

/// What a programme pays a person every month.
package struct StandingInstruction: Codable, Hashable, Sendable {
    /// The standing instruction.
    package var id: Identifier
    /// The programme that pays.
    package var programmeId: Identifier
    /// The name of the programme.
    package var programmeName: String
    /// The person who is paid; null of a subsidy.
    @Nullable package var personId: Identifier?
    /// The association that is paid; null unless it is a subsidy.
    @Nullable package var merchantId: Identifier?
    /// What it pays.
    package var purpose: StandingPurpose
    /// Shown to the person; null without.
    @Nullable package var reference: String?
    /// What a day on which banks are closed does to a payment.
    package var onClosedDay: ClosedDayRule
    /// How far it has come.
    package var state: StandingState
    /// What it says from which day on, in the order of proposal.
    package var terms: [StandingTerm]
    /// How many more people have to approve what is proposed; 0 when nothing is.
    package var approvalsMissing: Int
    /// Why a payment that is due could not be made; null when nothing waits.
    @Nullable package var waitingReason: String?
    /// Nothing is due from this day on; null when it was not stopped.
    @Nullable package var stoppedFromOn: String?
    /// The client that made it.
    package var createdBy: Identifier
    /// When.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        programmeId: Identifier,
        programmeName: String,
        personId: Identifier?,
        merchantId: Identifier?,
        purpose: StandingPurpose,
        reference: String?,
        onClosedDay: ClosedDayRule,
        state: StandingState,
        terms: [StandingTerm],
        approvalsMissing: Int,
        waitingReason: String?,
        stoppedFromOn: String?,
        createdBy: Identifier,
        createdAt: Instant
    ) {
        self.id = id
        self.programmeId = programmeId
        self.programmeName = programmeName
        self.personId = personId
        self.merchantId = merchantId
        self.purpose = purpose
        self.reference = reference
        self.onClosedDay = onClosedDay
        self.state = state
        self.terms = terms
        self.approvalsMissing = approvalsMissing
        self.waitingReason = waitingReason
        self.stoppedFromOn = stoppedFromOn
        self.createdBy = createdBy
        self.createdAt = createdAt
    }
}

/// What a standing instruction is to say from a day on.
package struct StandingChange: Codable, Hashable, Sendable {
    /// How much a month.
    package var amount: Amount
    /// The day of the month, 1 to 31; the last one of a shorter month.
    package var day: Int
    /// No payment of the new kind is due before this day; today at the earliest.
    package var fromOn: String
    /// No payment is due after this day; it goes on when absent.
    package var untilOn: String?

    /// Creates it from its members.
    package init(
        amount: Amount,
        day: Int,
        fromOn: String,
        untilOn: String? = nil
    ) {
        self.amount = amount
        self.day = day
        self.fromOn = fromOn
        self.untilOn = untilOn
    }
}

/// Whether what was proposed is approved.
package struct StandingDecision: Codable, Hashable, Sendable {
    /// Approved, or else rejected.
    package var approve: Bool

    /// Creates it from its members.
    package init(
        approve: Bool
    ) {
        self.approve = approve
    }
}

/// From when and why a standing instruction pays nothing.
package struct StandingStop: Codable, Hashable, Sendable {
    /// Nothing is due from this day on.
    package var fromOn: String
    /// Why.
    package var reason: String

    /// Creates it from its members.
    package init(
        fromOn: String,
        reason: String
    ) {
        self.fromOn = fromOn
        self.reason = reason
    }
}

/// What a standing instruction paid for one month.
package struct StandingPayment: Codable, Hashable, Sendable {
    /// The month it is for, such as `2026-03`.
    package var month: String
    /// The day it was due.
    package var dueOn: String
    /// How much.
    package var amount: Amount
    /// The transfer; of a person the grant that it is.
    package var transferId: Identifier
    /// When it was credited.
    package var paidAt: Instant

    /// Creates it from its members.
    package init(
        month: String,
        dueOn: String,
        amount: Amount,
        transferId: Identifier,
        paidAt: Instant
    ) {
        self.month = month
        self.dueOn = dueOn
        self.amount = amount
        self.transferId = transferId
        self.paidAt = paidAt
    }
}
