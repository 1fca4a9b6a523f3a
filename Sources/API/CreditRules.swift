/// In which time one person may get so much.
package enum PersonPeriod: String, CaseIterable, Codable, Hashable, Sendable {
    /// A calendar month.
    case month
    /// A calendar year.
    case year
    /// As long as the programme lasts.
    case programme
}

/// What a programme is to pay, and when.
package struct CreditRulesCreation: Codable, Hashable, Sendable {
    /// The first day on which it pays, `YYYY-MM-DD` where the community is; any when absent.
    package var paysFrom: String?
    /// The last day on which it pays; any when absent.
    package var paysUntil: String?
    /// The most that one credit may be; anything when absent.
    package var mostPerCredit: Amount?
    /// The most that one person may get in `personPeriod`; anything when absent.
    package var mostPerPerson: Amount?
    /// Goes with `mostPerPerson`.
    package var personPeriod: PersonPeriod?

    /// Creates it from its members.
    package init(
        paysFrom: String? = nil,
        paysUntil: String? = nil,
        mostPerCredit: Amount? = nil,
        mostPerPerson: Amount? = nil,
        personPeriod: PersonPeriod? = nil
    ) {
        self.paysFrom = paysFrom
        self.paysUntil = paysUntil
        self.mostPerCredit = mostPerCredit
        self.mostPerPerson = mostPerPerson
        self.personPeriod = personPeriod
    }
}

/// One version of what a programme pays by its files, and when. The last one counts at the moment of a
/// credit.
package struct CreditRules: Codable, Hashable, Sendable {
    /// The programme.
    package var programmeId: Identifier
    /// Counted from 1 per programme.
    package var version: Int
    /// The first day on which it pays; null for any.
    @Nullable package var paysFrom: String?
    /// The last day on which it pays; null for any.
    @Nullable package var paysUntil: String?
    /// The most that one credit may be; null for anything.
    @Nullable package var mostPerCredit: Amount?
    /// The most that one person may get in `personPeriod`; null for anything.
    @Nullable package var mostPerPerson: Amount?
    /// Null without `mostPerPerson`.
    @Nullable package var personPeriod: PersonPeriod?
    /// When it was set.
    package var setAt: Instant

    /// Creates it from its members.
    package init(
        programmeId: Identifier,
        version: Int,
        paysFrom: String?,
        paysUntil: String?,
        mostPerCredit: Amount?,
        mostPerPerson: Amount?,
        personPeriod: PersonPeriod?,
        setAt: Instant
    ) {
        self.programmeId = programmeId
        self.version = version
        self.paysFrom = paysFrom
        self.paysUntil = paysUntil
        self.mostPerCredit = mostPerCredit
        self.mostPerPerson = mostPerPerson
        self.personPeriod = personPeriod
        self.setAt = setAt
    }
}
