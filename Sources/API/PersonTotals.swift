/// What one programme paid a person in a period.
package struct PersonTotal: Codable, Hashable, Sendable {
    /// The programme.
    package var programmeId: Identifier
    /// Its name.
    package var programmeName: String
    /// How many credits there were.
    package var creditCount: Int
    /// What they came to.
    package var credited: Amount
    /// What recalls and corrections took back; below zero when more of it was given again.
    package var takenBack: SignedAmount
    /// What ended before it was spent, and went back; below zero when more of it was given again.
    package var expired: SignedAmount

    /// Creates it from its members.
    package init(
        programmeId: Identifier,
        programmeName: String,
        creditCount: Int,
        credited: Amount,
        takenBack: SignedAmount,
        expired: SignedAmount
    ) {
        self.programmeId = programmeId
        self.programmeName = programmeName
        self.creditCount = creditCount
        self.credited = credited
        self.takenBack = takenBack
        self.expired = expired
    }
}

/// What programmes paid a person in a period, such as a year.
package struct PersonTotals: Codable, Hashable, Sendable {
    /// The person.
    package var personId: Identifier
    /// The day, ISO 8601 week, month or year.
    package var period: String
    /// Whether the period is over and nothing is added to it any more.
    package var isFinal: Bool
    /// Of each programme that paid or took back something, 1000 at most.
    package var programmes: [PersonTotal]

    /// Creates it from its members.
    package init(
        personId: Identifier,
        period: String,
        isFinal: Bool,
        programmes: [PersonTotal]
    ) {
        self.personId = personId
        self.period = period
        self.isFinal = isFinal
        self.programmes = programmes
    }
}

extension Operation {
    /// Read what programmes paid a person in a period.
    package static let getPersonTotals = Operation(
        id: "getPersonTotals",
        method: .get,
        path: "/v1/people/{personId}/totals/{period}",
        access: .anyOf([.batchesRead, .ownDataRead])
    )

    /// Read what a programme paid each person in a period.
    package static let getProgrammeTotals = Operation(
        id: "getProgrammeTotals",
        method: .get,
        path: "/v1/programmes/{programmeId}/totals/{period}",
        access: .anyOf([.batchesRead]),
        produces: MediaType.csv
    )
}
