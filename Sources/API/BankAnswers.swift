/// What became of one line of a bank's answer.
package enum BankAnswerOutcome: String, CaseIterable, Codable, Hashable, Sendable {
    /// Euros left: the coins are destroyed.
    case settled
    /// The bank refused or returned a payment: the merchant has its coins back.
    case returned
    /// The bank refused the file as a whole: its redemptions wait for another.
    case cancelled
    /// The bank is still at it.
    case pending
    /// It was known already.
    case repeated
    /// It belongs to no payment of ours: somebody should look.
    case unknown
    /// The payment is ours and the amount is not: somebody should look.
    case amountDiffers = "amount-differs"
    /// It cannot be after what was told before: somebody should look.
    case contradicts
}

/// A file of the bank that was imported.
package struct BankAnswer: Codable, Hashable, Sendable {
    /// The answer.
    package var id: Identifier
    /// The kind of message, such as `camt.053.001.08`.
    package var messageType: String
    /// Its `MsgId`; null without.
    @Nullable package var messageId: String?
    /// How many lines it has.
    package var lineCount: Int
    /// How many of them settled payments.
    package var settledCount: Int
    /// How many gave coins back.
    package var returnedCount: Int
    /// How many somebody should look at.
    package var attentionCount: Int
    /// When it was imported.
    package var importedAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        messageType: String,
        messageId: String?,
        lineCount: Int,
        settledCount: Int,
        returnedCount: Int,
        attentionCount: Int,
        importedAt: Instant
    ) {
        self.id = id
        self.messageType = messageType
        self.messageId = messageId
        self.lineCount = lineCount
        self.settledCount = settledCount
        self.returnedCount = returnedCount
        self.attentionCount = attentionCount
        self.importedAt = importedAt
    }
}

/// One line of a bank's answer, and what became of it.
package struct BankAnswerLine: Codable, Hashable, Sendable {
    /// Its number, from 1.
    package var nr: Int
    /// The line of the file that it begins at.
    package var sourceLine: Int
    /// What became of it.
    package var outcome: BankAnswerOutcome
    /// The `EndToEndId`; null without.
    @Nullable package var endToEndId: String?
    /// The `MsgId` of the order that is answered; null without.
    @Nullable package var originalMessageId: String?
    /// How many euros; null where the bank does not say.
    @Nullable package var amount: EuroAmount?
    /// The bank's code, such as `AC04`; null without.
    @Nullable package var reason: String?
    /// The settlement; null when it is not known.
    @Nullable package var settlementId: Identifier?
    /// The redemption or payout; null when it is neither, or not known.
    @Nullable package var redemptionId: Identifier?

    /// Creates it from its members.
    package init(
        nr: Int,
        sourceLine: Int,
        outcome: BankAnswerOutcome,
        endToEndId: String?,
        originalMessageId: String?,
        amount: EuroAmount?,
        reason: String?,
        settlementId: Identifier?,
        redemptionId: Identifier?
    ) {
        self.nr = nr
        self.sourceLine = sourceLine
        self.outcome = outcome
        self.endToEndId = endToEndId
        self.originalMessageId = originalMessageId
        self.amount = amount
        self.reason = reason
        self.settlementId = settlementId
        self.redemptionId = redemptionId
    }
}
