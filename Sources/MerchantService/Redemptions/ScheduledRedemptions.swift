import API
import Domain
import FoundationEssentials
import Ledger
import Logging
import Postgres
import ServiceKit

/// Redeems what schedules ask for, once on every day of theirs: the day, its redemption and its money
/// are one commit, and the database takes no second redemption of a merchant for a day.
struct ScheduledRedemptions: Sendable {
    let database: Database
    let clock: Clock
    let logger: Logger

    func callAsFunction() async throws {
        let now = clock.now()
        let communities = try await Tenant.acrossCommunities {
            try await database.query(RedemptionScheduleQueries.communities(at: now)) { rows in
                try rows.map { try $0.decode(UUID.self) }
            }
        }
        for community in communities {
            try await Tenant.community(community).perform { try await redeem(in: community) }
        }
    }

    /// What fails for one merchant waits for the next look, and must not keep the others. Without a
    /// database nothing can be done for any of them.
    private func redeem(in community: UUID) async throws {
        let merchants = try await database.query(
            RedemptionScheduleQueries.merchants(in: community, at: clock.now())
        ) { rows in
            try rows.map { try $0.decode(UUID.self) }
        }
        for merchant in merchants {
            do {
                try await redeem(of: merchant, in: community)
            } catch  where !Self.keepsAll(error) {
                logger.error(
                    "a scheduled redemption cannot be made now",
                    metadata: [
                        "community": "\(community)", "merchant": "\(merchant)",
                        "error": "\(error)",
                    ]
                )
            }
        }
    }

    private static func keepsAll(_ error: any Error) -> Bool {
        switch error {
        case is CancellationError, PostgresError.unavailable, PostgresError.overloaded,
            PostgresError.closed:
            true
        default: false
        }
    }

    private func redeem(of merchant: UUID, in community: UUID) async throws {
        let (now, id) = (clock.now(), clock.newID())
        try await database.transaction { connection in
            guard
                let due = try RedemptionScheduleQueries.takeDue(
                    of: merchant,
                    in: community,
                    at: now,
                    connection
                )
            else { return }
            let outcome = try Self.redeem(due, as: id, at: now, connection)
            try RedemptionScheduleQueries.finish(due, outcome, at: now, connection)
        }
    }

    private static func redeem(
        _ due: RedemptionScheduleQueries.Due,
        as id: UUID,
        at now: Instant,
        _ connection: Connection
    ) throws -> ScheduleOutcome {
        let merchant = try MerchantQueries.account(of: due.merchant, due.community, connection)
        guard let account = merchant?.account else { return .refused }
        let balances = try Ledger.balances(of: [account], community: due.community, connection)
        guard let available = balances[account]?.available, available >= due.minimum else {
            return .belowMinimum
        }
        let request = RequestRedemption(
            community: due.community,
            client: due.setBy,
            merchant: due.merchant,
            id: id,
            now: now,
            scheduledOn: due.day
        )
        do {
            _ = try connection.savepoint { try request(nil, connection) }
            return .redeemed
        } catch let problem as Problem {
            return problem.type == .ibanNotVerified ? .ibanNotVerified : .refused
        }
    }
}
