/// What a reservation keeps, and what became of it.
package struct PaymentHold: Codable, Hashable, Sendable {
    /// How long the coins are kept after it was accepted.
    package var holdSeconds: Int
    /// What the shop has taken.
    package var capturedAmount: Amount
    /// What is still kept.
    package var openAmount: Amount
    /// What went back to the payer.
    package var releasedAmount: Amount
    /// When what is left goes back by itself; null before it was accepted.
    @Nullable package var expiresAt: Instant?
    /// Since when nothing is kept any more; null before.
    @Nullable package var endedAt: Instant?

    /// Creates it from its members.
    package init(
        holdSeconds: Int,
        capturedAmount: Amount,
        openAmount: Amount,
        releasedAmount: Amount,
        expiresAt: Instant?,
        endedAt: Instant?
    ) {
        self.holdSeconds = holdSeconds
        self.capturedAmount = capturedAmount
        self.openAmount = openAmount
        self.releasedAmount = releasedAmount
        self.expiresAt = expiresAt
        self.endedAt = endedAt
    }
}

/// What a shop takes of a reservation.
package struct CaptureCreation: Codable, Hashable, Sendable {
    /// How much; all that is still kept when absent.
    package var amount: Amount?
    /// The reference of this part; the reservation's when absent.
    package var reference: String?
    /// Whether the rest goes back to the payer at once.
    package var releasesRest: Bool?
    /// The VAT in what is taken; when absent it is known only if all is taken at once.
    package var vat: [VATPart]?

    /// Creates it from its members.
    package init(
        amount: Amount? = nil,
        reference: String? = nil,
        releasesRest: Bool? = nil,
        vat: [VATPart]? = nil
    ) {
        self.amount = amount
        self.reference = reference
        self.releasesRest = releasesRest
        self.vat = vat
    }
}

/// A part of a reservation that was taken: a payment of its own, with the same id.
package struct Capture: Codable, Hashable, Sendable {
    /// The capture; it is read and refunded as a payment.
    package var id: Identifier
    /// What it was taken from.
    package var reservationId: Identifier
    /// How much.
    package var amount: Amount
    /// What was taken of the reservation so far, this included.
    package var capturedAmount: Amount
    /// What is still kept.
    package var openAmount: Amount
    /// When it was taken.
    package var capturedAt: Instant
    /// The mandate under which it was taken.
    package var mandateId: Identifier?

    /// Creates it from its members.
    package init(
        id: Identifier,
        reservationId: Identifier,
        amount: Amount,
        capturedAmount: Amount,
        openAmount: Amount,
        capturedAt: Instant,
        mandateId: Identifier? = nil
    ) {
        self.id = id
        self.reservationId = reservationId
        self.amount = amount
        self.capturedAmount = capturedAmount
        self.openAmount = openAmount
        self.capturedAt = capturedAt
        self.mandateId = mandateId
    }
}

extension Operation {
    /// Capture a reservation.
    package static let capturePayment = Operation(
        id: "capturePayment",
        method: .post,
        path: "/v1/payments/{paymentId}/captures",
        access: .anyOf([.paymentsRequest, .paymentsRefund]),
        body: .json,
        idempotent: true,
        success: 201
    )

    /// Void a reservation.
    package static let voidPayment = Operation(
        id: "voidPayment",
        method: .post,
        path: "/v1/payments/{paymentId}/voids",
        access: .anyOf([.paymentsRequest, .paymentsRefund]),
        idempotent: true,
        success: 201
    )
}
