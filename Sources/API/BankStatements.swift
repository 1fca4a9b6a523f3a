/// What became of euros that the bank tells of.
package enum BankCreditState: String, CaseIterable, Codable, Hashable, Sendable {
    /// They funded a programme.
    case funded
    /// They name no programme, or several: somebody should say which.
    case unmatched
    /// They look like others that came before, and the bank does not tell them apart: somebody should
    /// look.
    case unclear
    /// The bank took back what it had credited: somebody should look.
    case takenBack = "taken-back"
    /// They were told of before.
    case repeated
    /// Somebody said that they are for no programme.
    case dismissed
}

/// A statement of the bank that was imported.
package struct BankStatement: Codable, Hashable, Sendable {
    /// The statement.
    package var id: Identifier
    /// The kind of message, such as `camt.053.001.08`.
    package var messageType: String
    /// Its `MsgId`; null without.
    @Nullable package var messageId: String?
    /// How many credits it tells of on accounts of programmes.
    package var creditCount: Int
    /// How many of them funded programmes.
    package var fundedCount: Int
    /// How many somebody should look at.
    package var openCount: Int
    /// How many other movements it has, of which nothing is kept.
    package var otherCount: Int
    /// Who imported it.
    package var importedBy: Identifier
    /// When it was imported.
    package var importedAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        messageType: String,
        messageId: String?,
        creditCount: Int,
        fundedCount: Int,
        openCount: Int,
        otherCount: Int,
        importedBy: Identifier,
        importedAt: Instant
    ) {
        self.id = id
        self.messageType = messageType
        self.messageId = messageId
        self.creditCount = creditCount
        self.fundedCount = fundedCount
        self.openCount = openCount
        self.otherCount = otherCount
        self.importedBy = importedBy
        self.importedAt = importedAt
    }
}

/// Euros that arrived on the account of programmes.
package struct BankCredit: Codable, Hashable, Sendable {
    /// The credit.
    package var id: Identifier
    /// The statement that told of it.
    package var statementId: Identifier
    /// The line of the file that it begins at.
    package var sourceLine: Int
    /// What became of it.
    package var state: BankCreditState
    /// The account that it arrived on.
    package var iban: String
    /// How much.
    package var amount: EuroAmount
    /// The day on which the bank booked it; null where it does not say.
    @Nullable package var bookedOn: String?
    /// The bank's own reference; null without.
    @Nullable package var bankReference: String?
    /// Who paid; null once it was decided, and where the bank does not say.
    @Nullable package var payerName: String?
    /// What the payer wrote; null once it was decided, and without.
    @Nullable package var remittance: String?
    /// The programme that it funded; null for none.
    @Nullable package var programmeId: Identifier?
    /// Who decided about it; null for nobody.
    @Nullable package var decidedBy: Identifier?
    /// When it was decided by somebody; null for not.
    @Nullable package var decidedAt: Instant?
    /// Why it is for no programme; null unless it was dismissed.
    @Nullable package var dismissalReason: String?

    /// Creates it from its members.
    package init(
        id: Identifier,
        statementId: Identifier,
        sourceLine: Int,
        state: BankCreditState,
        iban: String,
        amount: EuroAmount,
        bookedOn: String?,
        bankReference: String?,
        payerName: String?,
        remittance: String?,
        programmeId: Identifier?,
        decidedBy: Identifier?,
        decidedAt: Instant?,
        dismissalReason: String?
    ) {
        self.id = id
        self.statementId = statementId
        self.sourceLine = sourceLine
        self.state = state
        self.iban = iban
        self.amount = amount
        self.bookedOn = bookedOn
        self.bankReference = bankReference
        self.payerName = payerName
        self.remittance = remittance
        self.programmeId = programmeId
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
        self.dismissalReason = dismissalReason
    }
}

/// Which programme a credit is for.
package struct BankCreditAssignment: Codable, Hashable, Sendable {
    /// The programme, one whose euros arrive on this account.
    package var programmeId: Identifier

    /// Creates it from its members.
    package init(programmeId: Identifier) {
        self.programmeId = programmeId
    }
}

/// That a credit is for no programme.
package struct BankCreditDismissal: Codable, Hashable, Sendable {
    /// Why, without names.
    package var reason: String

    /// Creates it from its members.
    package init(reason: String) {
        self.reason = reason
    }
}
