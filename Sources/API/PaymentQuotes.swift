/// One pot that a payment may be paid from.
package struct UsablePot: Codable, Hashable, Sendable {
    /// The pot.
    package var id: Identifier
    /// Whose money it is; null for free coin.
    @Nullable package var programme: NamedReference?
    /// When it expires; null for never.
    @Nullable package var expiresAt: Instant?
    /// What it has.
    package var available: Amount

    /// Creates it from its members.
    package init(
        id: Identifier,
        programme: NamedReference?,
        expiresAt: Instant?,
        available: Amount
    ) {
        self.id = id
        self.programme = programme
        self.expiresAt = expiresAt
        self.available = available
    }
}

/// A discount that the payer may use for a payment.
package struct DiscountOffer: Codable, Hashable, Sendable {
    /// The discount, by id and name.
    package var discount: NamedReference
    /// What it pays of the price, as the payer signs it.
    package var amount: Amount
    /// What the payer pays.
    package var toPay: Amount

    /// Creates it from its members.
    package init(discount: NamedReference, amount: Amount, toPay: Amount) {
        self.discount = discount
        self.amount = amount
        self.toPay = toPay
    }
}

/// What a payment would cost its payer, before anything is signed.
package struct PaymentQuote: Codable, Hashable, Sendable {
    /// The payment.
    package var paymentId: Identifier
    /// The price.
    package var amount: Amount
    /// The pots that may pay it, in the order in which they are drawn on unless the payer chooses.
    package var pots: [UsablePot]
    /// The discounts that the payer may use, the greatest first; none for a payment that does not
    /// wait for a payer.
    package var offers: [DiscountOffer]

    /// Creates it from its members.
    package init(
        paymentId: Identifier,
        amount: Amount,
        pots: [UsablePot],
        offers: [DiscountOffer]
    ) {
        self.paymentId = paymentId
        self.amount = amount
        self.pots = pots
        self.offers = offers
    }
}

/// What one pot, or somebody else, paid of a payment.
package struct ReceiptPart: Codable, Hashable, Sendable {
    /// How much.
    package var amount: Amount
    /// How much of it went back.
    package var returnedAmount: Amount
    /// The pot; null for what somebody else paid.
    @Nullable package var potId: Identifier?
    /// Whose money was in the pot; null for free coin, and for what somebody else paid.
    @Nullable package var programme: NamedReference?
    /// When the pot expires; null for never.
    @Nullable package var expiresAt: Instant?
    /// The name of the discount; null for what a pot paid.
    @Nullable package var discountName: String?

    /// Creates it from its members.
    package init(
        amount: Amount,
        returnedAmount: Amount,
        potId: Identifier?,
        programme: NamedReference?,
        expiresAt: Instant?,
        discountName: String?
    ) {
        self.amount = amount
        self.returnedAmount = returnedAmount
        self.potId = potId
        self.programme = programme
        self.expiresAt = expiresAt
        self.discountName = discountName
    }
}

/// The parts of a payment, for its payer.
package struct PaymentReceipt: Codable, Hashable, Sendable {
    /// The payment.
    package var paymentId: Identifier
    /// The price.
    package var amount: Amount
    /// What it was paid from; together the price.
    package var parts: [ReceiptPart]

    /// Creates it from its members.
    package init(paymentId: Identifier, amount: Amount, parts: [ReceiptPart]) {
        self.paymentId = paymentId
        self.amount = amount
        self.parts = parts
    }
}
