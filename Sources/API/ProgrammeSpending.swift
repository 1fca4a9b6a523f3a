/// What was spent of a programme, as far as it is told.
package struct ProgrammeSpending: Codable, Hashable, Sendable {
    /// The programme.
    package var programmeId: Identifier
    /// What wallets received.
    package var paid: Amount
    /// What was paid in shops, less refunds; null while too few people have paid.
    @Nullable package var spent: Amount?
    /// What sponsors see, as it was said when the programme was made.
    package var transparency: ProgrammeTransparency
    /// How much in each shop where enough people paid; null unless `transparency` is `shops`.
    @Nullable package var shops: [ShopSpending]?
    /// Below so many people nothing is told.
    package var fewestPeople: Int

    /// Creates it from its members.
    package init(
        programmeId: Identifier,
        paid: Amount,
        spent: Amount?,
        transparency: ProgrammeTransparency,
        shops: [ShopSpending]?,
        fewestPeople: Int
    ) {
        self.programmeId = programmeId
        self.paid = paid
        self.spent = spent
        self.transparency = transparency
        self.shops = shops
        self.fewestPeople = fewestPeople
    }
}

/// What of a programme was spent in one shop.
package struct ShopSpending: Codable, Hashable, Sendable {
    /// The shop.
    package var shop: NamedReference
    /// What was paid there, less refunds.
    package var spent: Amount

    /// Creates it from its members.
    package init(shop: NamedReference, spent: Amount) {
        self.shop = shop
        self.spent = spent
    }
}
