/// Whether a merchant takes part.
package enum MerchantState: String, CaseIterable, Codable, Hashable, Sendable {
    /// It does.
    case active
    /// It may neither take payments nor redeem.
    case suspended
}

/// Whether a merchant can be paid.
package enum MerchantIbanState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Nobody has verified yet that the bank account is the merchant's: nothing is paid to it.
    case unverified
    /// A second person has.
    case verified
}

/// A merchant to register.
package struct MerchantRegistration: Codable, Hashable, Sendable {
    /// The trade name.
    package var name: String
    /// The number in the Dutch trade register.
    package var kvkNumber: String?
    /// The merchant category code (ISO 18245).
    package var categoryCode: String?
    /// The coin that it takes.
    package var coin: String
    /// The bank account for redemptions.
    package var iban: String

    /// Creates it from its members.
    package init(
        name: String,
        kvkNumber: String? = nil,
        categoryCode: String? = nil,
        coin: String,
        iban: String
    ) {
        self.name = name
        self.kvkNumber = kvkNumber
        self.categoryCode = categoryCode
        self.coin = coin
        self.iban = iban
    }
}

/// A business that takes a coin.
package struct Merchant: Codable, Hashable, Sendable {
    /// The merchant, a party.
    package var id: Identifier
    /// The trade name.
    package var name: String
    /// The coin that it takes.
    package var coin: String
    /// The bank account for redemptions, masked.
    package var ibanMasked: String
    /// Whether redemptions can be paid to it.
    package var ibanState: MerchantIbanState
    /// Whether it takes part.
    package var state: MerchantState
    /// When it was registered.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        name: String,
        coin: String,
        ibanMasked: String,
        ibanState: MerchantIbanState,
        state: MerchantState,
        createdAt: Instant
    ) {
        self.id = id
        self.name = name
        self.coin = coin
        self.ibanMasked = ibanMasked
        self.ibanState = ibanState
        self.state = state
        self.createdAt = createdAt
    }
}

/// What a merchant has.
package struct MerchantBalance: Codable, Hashable, Sendable {
    /// What was credited less what was debited.
    package var posted: Amount
    /// What is reserved for redemptions.
    package var held: Amount
    /// Posted less held.
    package var available: Amount
    /// What is on its way to the bank account.
    package var inRedemption: Amount

    /// Creates it from its members.
    package init(
        posted: Amount,
        held: Amount,
        available: Amount,
        inRedemption: Amount
    ) {
        self.posted = posted
        self.held = held
        self.available = available
        self.inRedemption = inRedemption
    }
}
