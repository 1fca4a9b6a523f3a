/// How far a settlement has come.
package enum SettlementState: String, CaseIterable, Codable, Hashable, Sendable {
    /// The bank file is ready.
    case created
    /// The bank has executed it.
    case settled
}

/// A settlement of all redemptions that wait.
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
    /// How many euros.
    package var total: EuroAmount
    /// The `MsgId` of the file.
    package var messageId: String
    /// When it was made.
    package var createdAt: Instant
    /// When it was confirmed; null before.
    @Nullable package var settledAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        coin: String,
        state: SettlementState,
        count: Int,
        total: EuroAmount,
        messageId: String,
        createdAt: Instant,
        settledAt: Instant?
    ) {
        self.id = id
        self.coin = coin
        self.state = state
        self.count = count
        self.total = total
        self.messageId = messageId
        self.createdAt = createdAt
        self.settledAt = settledAt
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
