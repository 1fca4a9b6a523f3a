/// Euros that arrived for a programme.
package struct FundingCreation: Codable, Hashable, Sendable {
    /// How much, in coins.
    package var amount: Amount
    /// The reference on the bank statement; unique in the community.
    package var bankReference: String

    /// Creates it from its members.
    package init(amount: Amount, bankReference: String) {
        self.amount = amount
        self.bankReference = bankReference
    }
}

/// A funding of a programme.
package struct Funding: Codable, Hashable, Sendable {
    /// The funding.
    package var id: Identifier
    /// The programme.
    package var programmeId: Identifier
    /// How much.
    package var amount: Amount
    /// The reference on the bank statement.
    package var bankReference: String
    /// When it was posted.
    package var fundedAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        programmeId: Identifier,
        amount: Amount,
        bankReference: String,
        fundedAt: Instant
    ) {
        self.id = id
        self.programmeId = programmeId
        self.amount = amount
        self.bankReference = bankReference
        self.fundedAt = fundedAt
    }
}
