/// How far a payment has come.
package enum PaymentState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Waiting for a payer.
    case requested
    /// Paid.
    case accepted
    /// Withdrawn before anybody paid.
    case refused
    /// Not accepted in time; or reserved, and not captured in time.
    case expired
    /// Paid, and paid back.
    case refunded
    /// Reserved: the coins are kept for the shop.
    case held
    /// Reserved, and all or some of it captured; nothing is kept any more.
    case captured
    /// Reserved, and given back by the shop.
    case voided
}

/// A payment that a terminal asks for.
package struct PaymentRequest: Codable, Hashable, Sendable {
    /// How much.
    package var amount: Amount
    /// The reference of the shop.
    package var reference: String?
    /// How long a payer may accept; 300 when absent.
    package var expiresInSeconds: Int?
    /// The till at which it is asked; for callers that are not one themselves.
    package var terminalId: Identifier?
    /// Makes it a reservation: how long the coins are kept after it was accepted.
    package var holdSeconds: Int?
    /// The VAT in the amount, by rate; passed on as it is.
    package var vat: [VATPart]?

    /// Creates it from its members.
    package init(
        amount: Amount,
        reference: String? = nil,
        expiresInSeconds: Int? = nil,
        terminalId: Identifier? = nil,
        holdSeconds: Int? = nil,
        vat: [VATPart]? = nil
    ) {
        self.amount = amount
        self.reference = reference
        self.expiresInSeconds = expiresInSeconds
        self.terminalId = terminalId
        self.holdSeconds = holdSeconds
        self.vat = vat
    }
}

/// A merchant or shop, by id and name.
package struct NamedReference: Codable, Hashable, Sendable {
    /// The object.
    package var id: Identifier
    /// Its name.
    package var name: String

    /// Creates it from its members.
    package init(id: Identifier, name: String) {
        self.id = id
        self.name = name
    }
}

/// What a payer's app must know about the policy of the coin.
package struct LocalityPolicySummary: Codable, Hashable, Sendable {
    /// The version in force.
    package var version: Int
    /// All must be met.
    package var rules: [LocalityRule]

    /// Creates it from its members.
    package init(version: Int, rules: [LocalityRule]) {
        self.version = version
        self.rules = rules
    }
}

/// What a shop asks and a payer accepts.
package struct Payment: Codable, Hashable, Sendable {
    /// The payment.
    package var id: Identifier
    /// How far it has come.
    package var state: PaymentState
    /// How much.
    package var amount: Amount
    /// How much went back.
    package var refundedAmount: Amount
    /// What the merchant still owes the payer, and pays from its next takings; absent for nothing.
    package var owedAmount: Amount?
    /// What of the amount somebody else paid; only for the payer and the books of the merchant, and
    /// absent for nothing.
    package var reimbursedAmount: Amount?
    /// The payee.
    package var merchant: NamedReference
    /// The outlet.
    package var shop: NamedReference
    /// The terminal that asked.
    package var terminalId: Identifier
    /// The reference of the shop; null without.
    @Nullable package var reference: String?
    /// When it was asked.
    package var requestedAt: Instant
    /// When it can no longer be accepted.
    package var expiresAt: Instant
    /// When it was accepted; null before.
    @Nullable package var acceptedAt: Instant?
    /// What the payer signs, and soon; fresh at every look. Only for the terminal, a payer reads it
    /// from the QR code.
    package var challenge: String?
    /// The text of the QR code, with payment and challenge; only for the terminal.
    package var qrPayload: String?
    /// The link for a phone that is its own terminal; only for the terminal.
    package var deepLink: String?
    /// The last judgement about place; null before one.
    @Nullable package var verdict: LocalityVerdict?
    /// What the coin demands of the payer's position; only for payers.
    package var localityPolicy: LocalityPolicySummary?
    /// The mandate under which it was asked; only for the merchant.
    package var requestMandateId: Identifier?
    /// The mandate under which it was accepted; only for the payer.
    package var mandateId: Identifier?
    /// The same as `qrPayload` in our own form, with the amount; only for the terminal.
    package var paymentUri: String?
    /// The same in EMVCo's merchant-presented form; only for the terminal.
    package var emvPayload: String?
    /// True for an invoice, whose payer stands at no till; absent for others.
    package var atDistance: Bool?
    /// What is kept and what became of it; only of a reservation.
    package var hold: PaymentHold?
    /// The reservation that it was taken from; only of a capture.
    package var reservationId: Identifier?
    /// The VAT in the amount, by rate, where the shop's software told it.
    package var vat: [VATPart]?

    /// Creates it from its members.
    package init(
        id: Identifier,
        state: PaymentState,
        amount: Amount,
        refundedAmount: Amount,
        merchant: NamedReference,
        shop: NamedReference,
        terminalId: Identifier,
        reference: String?,
        requestedAt: Instant,
        expiresAt: Instant,
        acceptedAt: Instant?,
        challenge: String? = nil,
        qrPayload: String? = nil,
        deepLink: String? = nil,
        verdict: LocalityVerdict?,
        localityPolicy: LocalityPolicySummary? = nil
    ) {
        self.id = id
        self.state = state
        self.amount = amount
        self.refundedAmount = refundedAmount
        self.merchant = merchant
        self.shop = shop
        self.terminalId = terminalId
        self.reference = reference
        self.requestedAt = requestedAt
        self.expiresAt = expiresAt
        self.acceptedAt = acceptedAt
        self.challenge = challenge
        self.qrPayload = qrPayload
        self.deepLink = deepLink
        self.verdict = verdict
        self.localityPolicy = localityPolicy
    }
}
