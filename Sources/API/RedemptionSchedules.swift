/// What became of the last day of a schedule.
package enum ScheduleOutcome: String, CaseIterable, Codable, Hashable, Sendable {
    /// A redemption was asked for.
    case redeemed
    /// Less than the minimum was available.
    case belowMinimum = "below-minimum"
    /// The merchant cannot be paid yet.
    case ibanNotVerified = "iban-not-verified"
    /// The ledger refused.
    case refused
}

/// When a merchant's coins are redeemed by themselves.
package struct RedemptionScheduleSetting: Codable, Hashable, Sendable {
    /// The day of the week, 1 for Monday to 7 for Sunday, in the community's time zone.
    package var weekday: Int
    /// The least that is redeemed; what is available goes as a whole.
    package var minimum: Amount
    /// Whether anything happens on that day; it does when absent.
    package var isActive: Bool?

    /// Creates it from its members.
    package init(weekday: Int, minimum: Amount, isActive: Bool? = nil) {
        self.weekday = weekday
        self.minimum = minimum
        self.isActive = isActive
    }
}

/// A merchant's schedule, and what became of its last day.
package struct RedemptionSchedule: Codable, Hashable, Sendable {
    /// The merchant.
    package var merchantId: Identifier
    /// The day of the week, 1 for Monday to 7 for Sunday.
    package var weekday: Int
    /// The least that is redeemed.
    package var minimum: Amount
    /// Whether anything happens on that day.
    package var isActive: Bool
    /// The next day.
    package var nextOn: String
    /// The last day that came; null before.
    @Nullable package var lastOn: String?
    /// What became of it; null before.
    @Nullable package var lastOutcome: ScheduleOutcome?

    /// Creates it from its members.
    package init(
        merchantId: Identifier,
        weekday: Int,
        minimum: Amount,
        isActive: Bool,
        nextOn: String,
        lastOn: String?,
        lastOutcome: ScheduleOutcome?
    ) {
        self.merchantId = merchantId
        self.weekday = weekday
        self.minimum = minimum
        self.isActive = isActive
        self.nextOn = nextOn
        self.lastOn = lastOn
        self.lastOutcome = lastOutcome
    }
}
