import API
import FoundationEssentials
import Postgres
import ServiceKit

/// What recalls of grants of one programme that are announced together have in common.
struct RecallTerms: Sendable {
    let programme: UUID
    let reason: String
    /// At most so much of each grant, in minor units; `nil` for all that is left.
    let most: Int64?
    let community: UUID
    let client: UUID
    let announcedAt: Instant
    /// When the waiting period of the programme is over.
    let dueAt: Instant

    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// Throws 404 without such a programme, and 422 for an amount that is not of its coin.
    init(
        _ creation: RecallCreation,
        programme: UUID,
        coin: String,
        community: UUID,
        client: UUID,
        now: Instant,
        _ connection: Connection
    ) throws {
        let rules = try GrantRulesQueries.decode(
            connection.query(GrantRulesQueries.find(programme, community)).one()
        )
        self.programme = programme
        reason = creation.reason
        most = try creation.amount.map { amount in
            guard amount.coin == coin else {
                throw Problem(.unknownCoin, "The grant is of another coin.")
            }
            return try amount.minorUnits(digits: CoinDigits.pegged)
        }
        self.community = community
        self.client = client
        announcedAt = now
        dueAt = Instant(
            microseconds: now.microseconds
                + Int64(rules.recallWaitingDays) * Self.microsecondsPerDay
        )
    }
}

/// A recall about to be announced.
struct NewRecall: Sendable {
    let id: UUID
    let grant: UUID
    /// Who received the grant.
    let person: UUID
}
