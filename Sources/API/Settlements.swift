/// How far a settlement has come.
package enum SettlementState: String, CaseIterable, Codable, Hashable, Sendable {
    /// It waits until a second person releases it.
    case created
    /// Its bank file may be at the bank.
    case released
    /// Every line is answered, and at least one was paid.
    case settled
    /// The bank refused every line; the merchants have their coins back.
    case rejected
    /// It pays nobody; its redemptions wait for another.
    case cancelled
}

/// A settlement of all redemptions and payouts that wait.
package struct SettlementCreation: Codable, Hashable, Sendable {
    /// The coin.
    package var coin: String
    /// The holder of the reserve account, at most 70 characters as in ISO 20022.
    package var debtorName: String
    /// The reserve account.
    package var debtorIban: String
    /// The day on which the bank should pay.
    package var executionDate: String

    /// Creates it from its members.
    package init(
        coin: String,
        debtorName: String,
        debtorIban: String,
        executionDate: String
    ) {
        self.coin = coin
        self.debtorName = debtorName
        self.debtorIban = debtorIban
        self.executionDate = executionDate
    }
}

/// A bank file that pays redemptions.
package struct Settlement: Codable, Hashable, Sendable {
    /// The settlement.
    package var id: Identifier
    /// The coin.
    package var coin: String
    /// How far it has come.
    package var state: SettlementState
    /// How many redemptions.
    package var count: Int
    /// How many of them the bank has not answered yet.
    package var openCount: Int
    /// How many were paid, and not returned since.
    package var settledCount: Int
    /// How many the bank refused or returned.
    package var returnedCount: Int
    /// How many euros.
    package var total: EuroAmount
    /// The `MsgId` of the file.
    package var messageId: String
    /// When it was made.
    package var createdAt: Instant
    /// When a second person released it; null before.
    @Nullable package var releasedAt: Instant?
    /// When its last line was answered, if any was paid; null before.
    @Nullable package var settledAt: Instant?
    /// When it was cancelled; null unless it was.
    @Nullable package var cancelledAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        coin: String,
        state: SettlementState,
        count: Int,
        openCount: Int,
        settledCount: Int,
        returnedCount: Int,
        total: EuroAmount,
        messageId: String,
        createdAt: Instant,
        releasedAt: Instant?,
        settledAt: Instant?,
        cancelledAt: Instant?
    ) {
        self.id = id
        self.coin = coin
        self.state = state
        self.count = count
        self.openCount = openCount
        self.settledCount = settledCount
        self.returnedCount = returnedCount
        self.total = total
        self.messageId = messageId
        self.createdAt = createdAt
        self.releasedAt = releasedAt
        self.settledAt = settledAt
        self.cancelledAt = cancelledAt
    }
}

/// That the bank has executed a settlement.
package struct SettlementConfirmation: Codable, Hashable, Sendable {
    /// The reference on the bank statement.
    package var bankReference: String

    /// Creates it from its members.
    package init(bankReference: String) {
        self.bankReference = bankReference
    }
}

/// A release; there is nothing to say but yes.
package struct SettlementRelease: Codable, Hashable, Sendable {

    /// Creates it from its members.
    package init() {}
}

/// Why a settlement pays nobody.
package struct SettlementCancellation: Codable, Hashable, Sendable {
    /// The reason.
    package var reason: String

    /// Creates it from its members.
    package init(reason: String) {
        self.reason = reason
    }
}
