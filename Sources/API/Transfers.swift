/// A transfer to make between people.
package struct TransferCreation: Codable, Hashable, Sendable {
    /// The caller's wallet.
    package var fromWalletId: Identifier
    /// Who receives.
    package var to: TransferRecipient
    /// How much.
    package var amount: Amount
    /// What the receiver reads.
    package var reference: String?

    /// Creates it from its members.
    package init(
        fromWalletId: Identifier,
        to: TransferRecipient,
        amount: Amount,
        reference: String? = nil
    ) {
        self.fromWalletId = fromWalletId
        self.to = to
        self.amount = amount
        self.reference = reference
    }
}

/// A transfer between people.
package struct Transfer: Codable, Hashable, Sendable {
    /// The transfer.
    package var id: Identifier
    /// The paying wallet.
    package var fromWalletId: Identifier
    /// The receiving wallet.
    package var toWalletId: Identifier
    /// How much.
    package var amount: Amount
    /// What the payer wrote; null without.
    @Nullable package var reference: String?
    /// When it was posted.
    package var postedAt: Instant
    /// The mandate under which it was made; only for the payer.
    package var mandateId: Identifier?

    /// Creates it from its members.
    package init(
        id: Identifier,
        fromWalletId: Identifier,
        toWalletId: Identifier,
        amount: Amount,
        reference: String?,
        postedAt: Instant,
        mandateId: Identifier? = nil
    ) {
        self.id = id
        self.fromWalletId = fromWalletId
        self.toWalletId = toWalletId
        self.amount = amount
        self.reference = reference
        self.postedAt = postedAt
        self.mandateId = mandateId
    }
}
