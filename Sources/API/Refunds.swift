/// Whether the money of a refund is with the payer.
package enum RefundState: String, CaseIterable, Codable, Hashable, Sendable {
    /// It is.
    case posted
    /// The merchant had too little; its next takings pay it.
    case owed
    /// It was owed, and could not go to the payer any more; the merchant owes nothing.
    case undeliverable
}

/// What a payment should have been.
package struct PaymentCorrection: Codable, Hashable, Sendable {
    /// The right amount, less than what was paid.
    package var rightAmount: Amount
    /// What went wrong.
    package var reason: String?

    /// Creates it from its members.
    package init(rightAmount: Amount, reason: String? = nil) {
        self.rightAmount = rightAmount
        self.reason = reason
    }
}

/// A refund to make.
package struct RefundCreation: Codable, Hashable, Sendable {
    /// How much; all that is left when absent.
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
    /// Whether the money is with the payer.
    package var state: RefundState
    /// The reason; null without.
    @Nullable package var reason: String?
    /// When it was made.
    package var refundedAt: Instant
    /// The mandate under which it was made; only in the answer to who made it.
    package var mandateId: Identifier?

    /// Creates it from its members.
    package init(
        id: Identifier,
        paymentId: Identifier,
        amount: Amount,
        state: RefundState,
        reason: String?,
        refundedAt: Instant,
        mandateId: Identifier? = nil
    ) {
        self.id = id
        self.paymentId = paymentId
        self.amount = amount
        self.state = state
        self.reason = reason
        self.refundedAt = refundedAt
        self.mandateId = mandateId
    }
}

extension Operation {
    /// Refund a payment.
    package static let refundPayment = Operation(
        id: "refundPayment",
        method: .post,
        path: "/v1/payments/{paymentId}/refunds",
        access: .anyOf([.paymentsRefund]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// List the refunds of a payment.
    package static let listRefunds = Operation(
        id: "listRefunds",
        method: .get,
        path: "/v1/payments/{paymentId}/refunds",
        access: .anyOf([.paymentsRead])
    )
}
