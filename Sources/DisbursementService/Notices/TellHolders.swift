import FoundationEssentials
import Postgres

/// Tells holders of pots in time what becomes of their money, each of them each thing once.
struct TellHolders: Sendable {
    let database: Database

    private static let pots: Int32 = 1000
    private static let people: Int32 = 10_000

    /// That pots expire soon or that their money can be spent in fewer places from a day on, or that it
    /// will not be after all.
    func callAsFunction() async throws {
        try await Tenant.acrossCommunities {
            for (community, change) in try await database.query(
                "SELECT community_id, change_id FROM disbursement.earmarks_to_tell()",
                { try $0.map { try $0.decode(UUID.self, UUID.self) } }
            ) {
                try await tell(of: change, community)
            }
            try await remindOfExpiry()
        }
    }

    /// Looks at everybody once, so many at a time.
    private func tell(of change: UUID, _ community: UUID) async throws {
        var last: UUID?
        repeat {
            last = try await database.query(
                """
                SELECT disbursement.tell_of_earmark(\(community), \(change), \(last),
                                                    \(Self.people))
                """
            ) { try $0.one().decode(UUID?.self) }
        } while last != nil
    }

    /// For every step that a programme names, until no pot is left.
    private func remindOfExpiry() async throws {
        var told: Int32
        repeat {
            told = try await database.query(
                "SELECT disbursement.remind_of_expiry(\(Self.pots))"
            ) { try $0.one().decode(Int32.self) }
        } while told == Self.pots
    }
}
