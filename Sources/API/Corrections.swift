/// A transfer to set right.
package struct CorrectionCreation: Codable, Hashable, Sendable {
    /// What went wrong.
    package var transferId: Identifier
    /// How much goes back, of a transfer between two accounts; all of it when absent.
    package var amount: Amount?
    /// Why; everybody concerned reads it in the statement.
    package var reason: String

    /// Creates it from its members.
    package init(transferId: Identifier, amount: Amount? = nil, reason: String) {
        self.transferId = transferId
        self.amount = amount
        self.reason = reason
    }
}

/// A transfer that gives back some of what another one moved.
package struct Correction: Codable, Hashable, Sendable {
    /// The correction, itself a transfer.
    package var id: Identifier
    /// What it corrects.
    package var transferId: Identifier
    /// How much went back.
    package var amount: Amount
    /// Why.
    package var reason: String
    /// When it was posted.
    package var postedAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        transferId: Identifier,
        amount: Amount,
        reason: String,
        postedAt: Instant
    ) {
        self.id = id
        self.transferId = transferId
        self.amount = amount
        self.reason = reason
        self.postedAt = postedAt
    }
}
