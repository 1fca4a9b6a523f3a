/// What a sponsor may see of the spending of a programme; said when it is made, never changed.
package enum ProgrammeTransparency: String, CaseIterable, Codable, Hashable, Sendable {
    /// That it was spent, and how much.
    case totals
    /// Also how much in each shop.
    case shops
}

/// Where the money of a programme may be spent, and nowhere else.
package struct Earmark: Codable, Hashable, Sendable {
    /// At merchants of these categories (ISO 18245), and in `shopIds`.
    package var categories: [String]
    /// In these shops, and at merchants of `categories`.
    package var shopIds: [Identifier]

    /// Creates it from its members.
    package init(categories: [String] = [], shopIds: [Identifier] = []) {
        self.categories = categories
        self.shopIds = shopIds
    }
}

/// Where the euros of a programme arrive, and how they are told from others.
package struct FundingAccount: Codable, Hashable, Sendable {
    /// The bank account, an IBAN.
    package var iban: String
    /// What a payer writes: a creditor reference (ISO 11649), or one of the payer's own. When a
    /// programme is made and none is given, a creditor reference is.
    package var reference: String?

    /// Creates it from its members.
    package init(iban: String, reference: String? = nil) {
        self.iban = iban
        self.reference = reference
    }
}

/// What a new programme needs.
package struct ProgrammeCreation: Codable, Hashable, Sendable {
    /// Its name.
    package var name: String
    /// The coin that it pays.
    package var coin: String
    /// The institution behind it; the caller's when absent.
    package var institutionId: Identifier?
    /// When what is left in its pots returns to it; never when absent.
    package var potsExpireAt: Instant?
    /// What sponsors will see of the spending; `totals` when absent.
    package var transparency: ProgrammeTransparency?
    /// Where its money may be spent; anywhere when absent.
    package var earmark: Earmark?
    /// For how many days coins wait for somebody who has not enrolled, from 1 to 3650; 180 when absent.
    package var waitingDays: Int?
    /// Where its euros arrive: only statements of that account fund it. People book them when absent.
    package var fundingAccount: FundingAccount?
    /// For how many whole days after the day of each credit its coins last, before what is left returns;
    /// not together with `potsExpireAt`.
    package var creditsLastDays: Int?

    /// Creates it from its members.
    package init(
        name: String,
        coin: String,
        institutionId: Identifier? = nil,
        potsExpireAt: Instant? = nil,
        transparency: ProgrammeTransparency? = nil,
        earmark: Earmark? = nil,
        waitingDays: Int? = nil,
        fundingAccount: FundingAccount? = nil,
        creditsLastDays: Int? = nil
    ) {
        self.name = name
        self.coin = coin
        self.institutionId = institutionId
        self.potsExpireAt = potsExpireAt
        self.transparency = transparency
        self.earmark = earmark
        self.waitingDays = waitingDays
        self.fundingAccount = fundingAccount
        self.creditsLastDays = creditsLastDays
    }
}

/// The money of a programme.
package struct ProgrammeBudget: Codable, Hashable, Sendable {
    /// Everything that was funded.
    package var funded: Amount
    /// What no batch has claimed.
    package var available: Amount
    /// What approved batches have claimed and not yet paid.
    package var reserved: Amount
    /// What was credited, less what ended, was recalled or was corrected.
    package var paid: Amount
    /// What was set aside for discounts, given away or not.
    package var sponsored: Amount
    /// What left for euros again, or is on its way there.
    package var withdrawn: Amount

    /// Creates it from its members.
    package init(
        funded: Amount,
        available: Amount,
        reserved: Amount,
        paid: Amount,
        sponsored: Amount,
        withdrawn: Amount
    ) {
        self.funded = funded
        self.available = available
        self.reserved = reserved
        self.paid = paid
        self.sponsored = sponsored
        self.withdrawn = withdrawn
    }
}

/// A public scheme that funds wallets.
package struct Programme: Codable, Hashable, Sendable {
    /// The programme.
    package var id: Identifier
    /// Its name.
    package var name: String
    /// The coin that it pays.
    package var coin: String
    /// Its money.
    package var budget: ProgrammeBudget
    /// When what is left in its pots returns to it; null for never.
    @Nullable package var potsExpireAt: Instant?
    /// When it was made.
    package var createdAt: Instant
    /// What sponsors see of the spending.
    package var transparency: ProgrammeTransparency
    /// Where its money may be spent; null for anywhere.
    @Nullable package var earmark: Earmark?
    /// For how many days coins wait for somebody who has not enrolled, before they return.
    package var waitingDays: Int
    /// Where its euros arrive; null where people book them.
    @Nullable package var fundingAccount: FundingAccount?
    /// For how many whole days after the day of each credit its coins last; null where they do not end,
    /// or all at `potsExpireAt`.
    @Nullable package var creditsLastDays: Int?

    /// Creates it from its members.
    package init(
        id: Identifier,
        name: String,
        coin: String,
        budget: ProgrammeBudget,
        potsExpireAt: Instant?,
        createdAt: Instant,
        transparency: ProgrammeTransparency,
        earmark: Earmark?,
        waitingDays: Int,
        fundingAccount: FundingAccount?,
        creditsLastDays: Int?
    ) {
        self.id = id
        self.name = name
        self.coin = coin
        self.budget = budget
        self.potsExpireAt = potsExpireAt
        self.createdAt = createdAt
        self.transparency = transparency
        self.earmark = earmark
        self.waitingDays = waitingDays
        self.fundingAccount = fundingAccount
        self.creditsLastDays = creditsLastDays
    }
}
