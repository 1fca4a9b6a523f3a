/// How a discount adds to a price.
package enum DiscountKind: String, CaseIterable, Codable, Hashable, Sendable {
    /// So many percent of the price.
    case percentage
    /// A fixed amount, at most the price.
    case fixed
    /// Members pay another price for what has this one.
    case secondPrice = "second-price"
    /// For what the payer pays, so many percent on top.
    case buyUp = "buy-up"
}

/// The stretch of the community's calendar in which a person's limits count.
package enum DiscountPeriod: String, CaseIterable, Codable, Hashable, Sendable {
    /// From midnight.
    case day
    /// From Monday.
    case week
    /// A month of the calendar.
    case month
    /// A year of the calendar.
    case year
    /// As long as the discount runs.
    case whole
}

/// What a new discount needs.
package struct DiscountCreation: Codable, Hashable, Sendable {
    /// Its name, which those who get it read.
    package var name: String
    /// The programme that pays; of a merchant's own discount absent.
    package var programmeId: Identifier?
    /// The coin.
    package var coin: String
    /// For whom; for everybody when absent.
    package var groupId: Identifier?
    /// How it adds to a price.
    package var kind: DiscountKind
    /// Percent, of a percentage or a buy-up.
    package var percent: Int?
    /// How much, of a fixed one.
    package var amount: Amount?
    /// The price that becomes another one.
    package var fullPrice: Amount?
    /// What members pay instead of it.
    package var secondPrice: Amount?
    /// At most so much of one payment.
    package var mostPerPayment: Amount?
    /// In which stretch the next two limits count.
    package var period: DiscountPeriod
    /// At most so much for one person in a period.
    package var mostPerPeriod: Amount?
    /// At most so many payments of one person in a period.
    package var usesPerPeriod: Int?
    /// Only at merchants of these categories (ISO 18245), and in `shopIds`.
    package var categories: [String]?
    /// Only in these shops, and at merchants of `categories`.
    package var shopIds: [Identifier]?
    /// From when; at once when absent.
    package var validFrom: Instant?
    /// Until when; until it is ended when absent.
    package var validUntil: Instant?

    /// Creates it from its members.
    package init(
        name: String,
        programmeId: Identifier? = nil,
        coin: String,
        groupId: Identifier? = nil,
        kind: DiscountKind,
        percent: Int? = nil,
        amount: Amount? = nil,
        fullPrice: Amount? = nil,
        secondPrice: Amount? = nil,
        mostPerPayment: Amount? = nil,
        period: DiscountPeriod = .whole,
        mostPerPeriod: Amount? = nil,
        usesPerPeriod: Int? = nil,
        categories: [String]? = nil,
        shopIds: [Identifier]? = nil,
        validFrom: Instant? = nil,
        validUntil: Instant? = nil
    ) {
        self.name = name
        self.programmeId = programmeId
        self.coin = coin
        self.groupId = groupId
        self.kind = kind
        self.percent = percent
        self.amount = amount
        self.fullPrice = fullPrice
        self.secondPrice = secondPrice
        self.mostPerPayment = mostPerPayment
        self.period = period
        self.mostPerPeriod = mostPerPeriod
        self.usesPerPeriod = usesPerPeriod
        self.categories = categories
        self.shopIds = shopIds
        self.validFrom = validFrom
        self.validUntil = validUntil
    }
}

/// What a programme or a merchant adds to payments, as whoever pays for it sees it.
package struct Discount: Codable, Hashable, Sendable {
    /// The discount.
    package var id: Identifier
    /// Its name.
    package var name: String
    /// The programme that pays; null for a merchant's own.
    @Nullable package var programmeId: Identifier?
    /// The merchant that pays; null for a programme's.
    @Nullable package var merchantId: Identifier?
    /// For whom; null for everybody.
    @Nullable package var groupId: Identifier?
    /// How it adds to a price.
    package var kind: DiscountKind
    /// In which stretch a person's limits count.
    package var period: DiscountPeriod
    /// What is set aside for it and not given away.
    package var available: Amount
    /// From when.
    package var validFrom: Instant
    /// Until when; null until it is ended.
    @Nullable package var validUntil: Instant?
    /// When it was ended; null while it runs.
    @Nullable package var endedAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        name: String,
        programmeId: Identifier?,
        merchantId: Identifier?,
        groupId: Identifier?,
        kind: DiscountKind,
        period: DiscountPeriod,
        available: Amount,
        validFrom: Instant,
        validUntil: Instant?,
        endedAt: Instant?
    ) {
        self.id = id
        self.name = name
        self.programmeId = programmeId
        self.merchantId = merchantId
        self.groupId = groupId
        self.kind = kind
        self.period = period
        self.available = available
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.endedAt = endedAt
    }
}

/// Coins to set aside for a merchant's own discount.
package struct DiscountFunding: Codable, Hashable, Sendable {
    /// How much.
    package var amount: Amount

    /// Creates it from its members.
    package init(amount: Amount) {
        self.amount = amount
    }
}

/// Whether a programme gives to a discount or takes back.
package enum SponsoringDirection: String, CaseIterable, Codable, Hashable, Sendable {
    /// From the programme to the discount.
    case give
    /// What was not given away, back to the programme.
    case takeBack = "take-back"
}

/// Coins that a programme sets aside for a discount, or takes back.
package struct SponsoringCreation: Codable, Hashable, Sendable {
    /// The discount, one of the programme's.
    package var discountId: Identifier
    /// How much.
    package var amount: Amount
    /// Which way; `give` when absent.
    package var direction: SponsoringDirection?

    /// Creates it from its members.
    package init(
        discountId: Identifier,
        amount: Amount,
        direction: SponsoringDirection? = nil
    ) {
        self.discountId = discountId
        self.amount = amount
        self.direction = direction
    }
}

/// Coins that a programme set aside for a discount, or took back.
package struct Sponsoring: Codable, Hashable, Sendable {
    /// The transfer.
    package var id: Identifier
    /// The programme.
    package var programmeId: Identifier
    /// The discount.
    package var discountId: Identifier
    /// How much.
    package var amount: Amount
    /// Which way.
    package var direction: SponsoringDirection
    /// When.
    package var postedAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        programmeId: Identifier,
        discountId: Identifier,
        amount: Amount,
        direction: SponsoringDirection,
        postedAt: Instant
    ) {
        self.id = id
        self.programmeId = programmeId
        self.discountId = discountId
        self.amount = amount
        self.direction = direction
        self.postedAt = postedAt
    }
}

/// A discount to end.
package struct DiscountEnding: Codable, Hashable, Sendable {
    /// Why.
    package var reason: String

    /// Creates it from its members.
    package init(reason: String) {
        self.reason = reason
    }
}
