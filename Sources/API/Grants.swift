/// One credit of a programme to a wallet.
package struct Grant: Codable, Hashable, Sendable {
    /// The transfer that credited it.
    package var id: Identifier
    /// Who received it.
    package var personId: Identifier
    /// The programme.
    package var programmeId: Identifier
    /// The name of the programme.
    package var programmeName: String
    /// What was credited.
    package var amount: Amount
    /// What of it is neither spent nor kept for a shop, lost or taken back.
    package var left: Amount
    /// When.
    package var grantedAt: Instant
    /// When what is left returns to the programme; null for never.
    @Nullable package var expiresAt: Instant?
    /// What the payer wrote; null without.
    @Nullable package var reference: String?

    /// Creates it from its members.
    package init(
        id: Identifier,
        personId: Identifier,
        programmeId: Identifier,
        programmeName: String,
        amount: Amount,
        left: Amount,
        grantedAt: Instant,
        expiresAt: Instant?,
        reference: String?
    ) {
        self.id = id
        self.personId = personId
        self.programmeId = programmeId
        self.programmeName = programmeName
        self.amount = amount
        self.left = left
        self.grantedAt = grantedAt
        self.expiresAt = expiresAt
        self.reference = reference
    }
}

/// What a programme is to say about its grants.
package struct GrantRulesSetting: Codable, Hashable, Sendable {
    /// So many days pass between announcing a recall and carrying it out: 1 to 365.
    package var recallWaitingDays: Int
    /// So many days before a pot expires its holder is reminded: at most five, 1 to 365 each.
    package var reminderDays: [Int]

    /// What happens to what is left when the receiver dies; `recall` when absent.
    package var onDeath: DeparturePolicy?
    /// What happens to what is left when the receiver moves away; `keep` when absent.
    package var onMoveAway: DeparturePolicy?

    /// Creates it from its members.
    package init(
        recallWaitingDays: Int,
        reminderDays: [Int],
        onDeath: DeparturePolicy? = nil,
        onMoveAway: DeparturePolicy? = nil
    ) {
        self.onDeath = onDeath
        self.onMoveAway = onMoveAway
        self.recallWaitingDays = recallWaitingDays
        self.reminderDays = reminderDays
    }
}

/// What a programme says about its grants.
package struct GrantRules: Codable, Hashable, Sendable {
    /// The programme.
    package var programmeId: Identifier
    /// So many days pass between announcing a recall and carrying it out: 1 to 365.
    package var recallWaitingDays: Int
    /// So many days before a pot expires its holder is reminded: at most five, 1 to 365 each.
    package var reminderDays: [Int]

    /// What happens to what is left when the receiver dies.
    package var onDeath: DeparturePolicy
    /// What happens to what is left when the receiver moves away.
    package var onMoveAway: DeparturePolicy

    /// Creates it from its members.
    package init(
        programmeId: Identifier,
        recallWaitingDays: Int,
        reminderDays: [Int],
        onDeath: DeparturePolicy,
        onMoveAway: DeparturePolicy
    ) {
        self.onDeath = onDeath
        self.onMoveAway = onMoveAway
        self.programmeId = programmeId
        self.recallWaitingDays = recallWaitingDays
        self.reminderDays = reminderDays
    }
}
