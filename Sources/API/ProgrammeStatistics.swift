/// A sum of people's amounts.
package struct StatisticFigure: Codable, Hashable, Sendable {
    /// How much.
    package var amount: SignedAmount
    /// Of how many people.
    package var people: Int

    /// Creates it from its members.
    package init(amount: SignedAmount, people: Int) {
        self.amount = amount
        self.people = people
    }
}

/// What was spent at merchants of one category.
package struct CategoryStatistic: Codable, Hashable, Sendable {
    /// The merchant category code; null for merchants that have none.
    @Nullable package var categoryCode: String?
    /// How much, of how many people.
    package var spent: StatisticFigure

    /// Creates it from its members.
    package init(categoryCode: String?, spent: StatisticFigure) {
        self.categoryCode = categoryCode
        self.spent = spent
    }
}

/// What a programme did in a month, as far as it tells of nobody.
package struct ProgrammeStatistics: Codable, Hashable, Sendable {
    /// The programme.
    package var programmeId: Identifier
    /// The month, such as `2026-03`.
    package var month: String
    /// Euros that arrived for it.
    package var funded: Amount
    /// What wallets received; null where it is not told.
    @Nullable package var credited: StatisticFigure?
    /// What was paid in shops, less refunds; null where it is not told.
    @Nullable package var spent: StatisticFigure?
    /// What expired or was recalled; null where it is not told.
    @Nullable package var returned: StatisticFigure?
    /// What was spent per category; null unless the programme tells of shops.
    @Nullable package var categories: [CategoryStatistic]?
    /// Below so many people nothing is told.
    package var fewestPeople: Int
    /// Nor where one person has more of it, in percent.
    package var mostPercentOfOne: Int

    /// Creates it from its members.
    package init(
        programmeId: Identifier,
        month: String,
        funded: Amount,
        credited: StatisticFigure?,
        spent: StatisticFigure?,
        returned: StatisticFigure?,
        categories: [CategoryStatistic]?,
        fewestPeople: Int,
        mostPercentOfOne: Int
    ) {
        self.programmeId = programmeId
        self.month = month
        self.funded = funded
        self.credited = credited
        self.spent = spent
        self.returned = returned
        self.categories = categories
        self.fewestPeople = fewestPeople
        self.mostPercentOfOne = mostPercentOfOne
    }
}

extension Operation {
    /// Read the statistics of a programme.
    package static let getProgrammeStatistics = Operation(
        id: "getProgrammeStatistics",
        method: .get,
        path: "/v1/programmes/{programmeId}/statistics/{month}",
        access: .anyOf([.programmesRead, .spendingRead])
    )
}

/// What a municipality's bookkeeping and its statistics read.
package enum ReportOperations {
    /// All of them.
    package static let all: [Operation] = [
        .setJournalCode, .listJournalCodes, .getJournal, .getProgrammeStatistics,
        .getStatusSummary, .getPersonTotals, .getProgrammeTotals,
    ]
}
