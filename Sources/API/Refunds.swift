/// A refund to make.
package struct RefundCreation: Codable, Hashable, Sendable {
    /// Absent, or equal to the paid amount.
    package var amount: Amount?
    /// The reason.
    package var reason: String?

    /// Creates it from its members.
    package init(amount: Amount? = nil, reason: String? = nil) {
        self.amount = amount
        self.reason = reason
    }
}

/// A refund of a payment, to the pots that it came from.
package struct Refund: Codable, Hashable, Sendable {
    /// The refund.
    package var id: Identifier
    /// The payment.
    package var paymentId: Identifier
    /// How much.
    package var amount: Amount
    /// The reason; null without.
    @Nullable package var reason: String?
    /// When it was posted.
    package var refundedAt: Instant
    /// The mandate under which it was made.
    package var mandateId: Identifier?

    /// Creates it from its members.
    package init(
        id: Identifier,
        paymentId: Identifier,
        amount: Amount,
        reason: String?,
        refundedAt: Instant,
        mandateId: Identifier? = nil
    ) {
        self.id = id
        self.paymentId = paymentId
        self.amount = amount
        self.reason = reason
        self.refundedAt = refundedAt
        self.mandateId = mandateId
    }
}
