package import FoundationEssentials
package import Postgres

/// How coins lose value as time passes, in whole minor units, and where the losses go.
package struct DepreciationPolicy: Sendable {
    /// What is lost when a period ends.
    package enum Method: Sendable, Hashable {
        /// So many millionths of what is there, rounded down; from 1 to 1,000,000.
        case exponential(partsPerMillion: Int32)
        /// An even part of what is there, so that nothing is left after so many periods; from 1
        /// to 5000.
        case linear(periods: Int32)
    }

    /// How long a period is; a month ends on the day of the month that the first one began on.
    package enum Period: String, Sendable, CaseIterable {
        case day, week, month
    }

    package let id: UUID
    package let coin: String
    package let method: Method
    package let period: Period
    /// The first day of the first period.
    package let startsOn: Day
    /// Days begin at midnight in this zone of the tz database.
    package let timeZone: String
    /// An account of kind `sink` in the same coin.
    package let sink: UUID

    package init(
        id: UUID,
        coin: String,
        method: Method,
        period: Period,
        startsOn: Day,
        timeZone: String,
        sink: UUID
    ) {
        self.id = id
        self.coin = coin
        self.method = method
        self.period = period
        self.startsOn = startsOn
        self.timeZone = timeZone
        self.sink = sink
    }
}

extension Ledger {
    /// Adds a policy; it never changes. Throws `PostgresError`; constraints refuse what is out of
    /// range.
    package static func add(
        _ policy: DepreciationPolicy,
        community: UUID,
        _ connection: Connection
    ) throws {
        let name: String
        var partsPerMillion: Int32?
        var periods: Int32?
        switch policy.method {
        case .exponential(let parts): (name, partsPerMillion) = ("exponential", parts)
        case .linear(let term): (name, periods) = ("linear", term)
        }
        _ = try connection.query(
            """
            SELECT ledger.add_depreciation(
                \(community), \(policy.id), \(policy.coin), \(name), \(policy.period.rawValue),
                \(policy.startsOn), \(policy.timeZone), \(partsPerMillion), \(periods),
                \(policy.sink))
            """
        )
    }

    /// Puts pots under a policy of their coin, from the present period on. One that is under a
    /// policy already stays there. Throws `PostgresError`.
    package static func depreciate(
        _ pots: [UUID],
        by policy: UUID,
        community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.query(
            "SELECT ledger.set_depreciation(\(community), \(pots), \(policy))"
        )
    }

    /// What the available coins of an account were worth at a moment, or will be if nothing moves
    /// until then, in minor units; `nil` for an unknown account. Throws `PostgresError`.
    package static func worth(
        of account: UUID,
        at moment: Timestamp,
        community: UUID,
        _ connection: Connection
    ) throws -> Int64? {
        try connection.query(
            "SELECT ledger.worth_at(\(community), \(account), \(moment))"
        ).one().decode(Int64?.self)
    }
}
