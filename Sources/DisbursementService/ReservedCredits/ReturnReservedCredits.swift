import Domain
import FoundationEssentials
import Logging
import Postgres

/// Gives coins that were set apart back to their programme, when nobody came for them within the days
/// that the programme gives.
struct ReturnReservedCredits: Sendable {
    let database: Database
    let logger: Logger

    func callAsFunction() async throws {
        let places = try await Tenant.acrossCommunities {
            try await database.query(ReturnQueries.programmesWithReturns) { rows in
                try rows.map { try LandingPlace($0.decode(UUID.self, UUID.self)) }
            }
        }
        for place in places {
            try await Tenant.community(place.community).perform { try await giveBack(at: place) }
        }
    }

    private func giveBack(at place: LandingPlace) async throws {
        var after: UUID?
        repeat {
            let set = ReturnNextSet(place: place, after: after)
            let done = try await database.transaction { try set($0) }
            for refusal in done.refusals {
                logger.error(
                    "coins set apart cannot return",
                    metadata: [
                        "instruction": "\(refusal.instruction)",
                        "refusal": "\(refusal.reason.rawValue)",
                    ]
                )
            }
            after = done.next
        } while after != nil
    }
}
