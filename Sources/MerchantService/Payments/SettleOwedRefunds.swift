import FoundationEssentials
import Logging
import Postgres
import ServiceKit

/// Pays refunds that merchants owe, as soon as their takings suffice; one transaction each. What
/// one instance pays, others find paid.
struct SettleOwedRefunds: Sendable {
    let database: Database
    let clock: Clock

    /// What is left then waits for the next occasion.
    private static let mostAtOnce = 1000

    func callAsFunction() async throws {
        let communities = try await Tenant.acrossCommunities {
            try await database.query(
                "SELECT DISTINCT community_id FROM merchant.refund WHERE state = 'owed'"
            ) { try $0.map { try $0.decode(UUID.self) } }
        }
        for community in communities {
            try await Tenant.community(community).perform { try await settle(community) }
        }
    }

    private func settle(_ community: UUID) async throws {
        for _ in 0..<Self.mostAtOnce {
            try Task.checkCancellation()
            let moment = Timestamp(clock.now())
            let paid = try await database.query(
                "SELECT merchant.settle_owed_refund(\(community), \(moment))"
            ) { try $0.one().decode(Int32.self) }
            guard paid > 0 else { return }
        }
    }

    func loop(every interval: Duration, logger: Logger) -> WorkLoop {
        WorkLoop(interval: interval, logger: logger, work: { try await self() })
    }
}
