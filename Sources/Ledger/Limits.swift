import Domain
package import FoundationEssentials
package import Postgres

/// What accounts may contain, and what wallets may move in a day.
extension Ledger {
    /// A class of holders under the same daily limits; `nil`: no limit.
    package struct HolderClass: Sendable, Hashable {
        /// Names the class within its community.
        package let name: String
        /// Its days begin at midnight in this zone of the tz database.
        package let timeZone: String
        /// The most that leaves by payments, transfers and holds in one day, in minor units.
        package let dailySpending: Int64?
        /// The most that arrives by transfers in one day, in minor units.
        package let dailyReceiving: Int64?

        package init(
            name: String,
            timeZone: String,
            dailySpending: Int64?,
            dailyReceiving: Int64?
        ) {
            self.name = name
            self.timeZone = timeZone
            self.dailySpending = dailySpending
            self.dailyReceiving = dailyReceiving
        }
    }

    /// Sets the least that stays available in a pot or merchant account and the most it may
    /// contain. Throws a `LedgerRefusal` where the account is outside already, or
    /// `PostgresError`.
    package static func setLimits(
        of account: UUID,
        floor: Int64,
        ceiling: Int64?,
        community: UUID,
        _ connection: Connection
    ) throws {
        let code = try connection.query(
            "SELECT ledger.set_limits(\(community), \(account), \(floor), \(ceiling))"
        ).one().decode(String.self)
        guard code != "set" else { return }
        guard let refusal = LedgerRefusal(rawValue: code) else {
            throw PostgresError.decoding("unknown verdict \(code)")
        }
        throw refusal
    }

    /// Makes a class, or changes one for all its holders. Throws `PostgresError`.
    package static func set(
        _ holderClass: HolderClass,
        community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.query(
            """
            SELECT ledger.set_holder_class(
                \(community), \(holderClass.name), \(holderClass.timeZone),
                \(holderClass.dailySpending), \(holderClass.dailyReceiving))
            """
        )
    }

    /// Puts a holder into a class, with its accounts: what they move counts together. Throws
    /// `PostgresError`; a foreign key refuses an unknown class.
    package static func setHolder(
        _ holder: UUID,
        class name: String,
        accounts: [UUID],
        community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.query(
            "SELECT ledger.set_holder(\(community), \(holder), \(name), \(accounts))"
        )
    }
}
