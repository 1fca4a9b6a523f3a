/// The other side of a statement line.
package struct Counterparty: Codable, Hashable, Sendable {
    /// The shop, programme or shortened person; null when there is none to show.
    @Nullable package var name: String?

    /// Creates it from its members.
    package init(name: String?) {
        self.name = name
    }
}

/// One posting on one pot of a wallet.
package struct StatementLine: Codable, Hashable, Sendable {
    /// The transfer.
    package var transferId: Identifier
    /// When it was posted.
    package var postedAt: Instant
    /// What it was for, such as `payment`, `transfer`, `refund`, `disbursement`.
    package var kind: String
    /// What it added or took away.
    package var amount: SignedAmount
    /// Posted in this coin in the whole wallet, after it.
    package var walletBalance: Amount
    /// The pot.
    package var potId: Identifier
    /// Posted in the pot, after it.
    package var potBalance: Amount
    /// What the parties wrote; null without.
    @Nullable package var reference: String?
    /// The other side.
    package var counterparty: Counterparty
    /// The reservation that the coins were kept for before; only of captures.
    package var reservationId: Identifier?

    /// Creates it from its members.
    package init(
        transferId: Identifier,
        postedAt: Instant,
        kind: String,
        amount: SignedAmount,
        walletBalance: Amount,
        potId: Identifier,
        potBalance: Amount,
        reference: String?,
        counterparty: Counterparty,
        reservationId: Identifier? = nil
    ) {
        self.transferId = transferId
        self.postedAt = postedAt
        self.kind = kind
        self.amount = amount
        self.walletBalance = walletBalance
        self.potId = potId
        self.potBalance = potBalance
        self.reference = reference
        self.counterparty = counterparty
        self.reservationId = reservationId
    }
}
