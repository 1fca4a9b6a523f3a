/// How far coins have come that are kept for a shop.
package enum HoldState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Kept.
    case held
    /// All taken by the shop.
    case captured
    /// What was left went back, because the shop said so.
    case voided
    /// What was left went back, because the time was over.
    case expired
}

/// Coins of a wallet that are, or were, kept for a shop.
package struct WalletHold: Codable, Hashable, Sendable {
    /// The reservation.
    package var paymentId: Identifier
    /// How far it has come.
    package var state: HoldState
    /// What was kept at first.
    package var amount: Amount
    /// What the shop has taken.
    package var capturedAmount: Amount
    /// What is still kept.
    package var openAmount: Amount
    /// For whom.
    package var counterparty: Counterparty
    /// When it was accepted.
    package var placedAt: Instant
    /// When what is left goes back by itself.
    package var expiresAt: Instant
    /// Since when nothing is kept any more; null before.
    @Nullable package var endedAt: Instant?

    /// Creates it from its members.
    package init(
        paymentId: Identifier,
        state: HoldState,
        amount: Amount,
        capturedAmount: Amount,
        openAmount: Amount,
        counterparty: Counterparty,
        placedAt: Instant,
        expiresAt: Instant,
        endedAt: Instant?
    ) {
        self.paymentId = paymentId
        self.state = state
        self.amount = amount
        self.capturedAmount = capturedAmount
        self.openAmount = openAmount
        self.counterparty = counterparty
        self.placedAt = placedAt
        self.expiresAt = expiresAt
        self.endedAt = endedAt
    }
}

extension Operation {
    /// List coins of a wallet that are kept for shops.
    package static let listWalletHolds = Operation(
        id: "listWalletHolds",
        method: .get,
        path: "/v1/wallets/{walletId}/holds",
        access: .anyOf([.walletRead])
    )
}
