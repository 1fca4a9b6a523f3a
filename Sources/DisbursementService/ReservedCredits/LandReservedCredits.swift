import Domain
import FoundationEssentials
import Logging
import Postgres

/// Lands coins that were set apart, once their receiver has a wallet.
///
/// Somebody who enrols while their coins are being set apart is found at the next interval: looking
/// after every set of a batch would read all waiting lines each time.
struct LandReservedCredits: Sendable {
    let database: Database
    let logger: Logger

    func callAsFunction() async throws {
        let programmes = try await Tenant.acrossCommunities {
            try await database.query(ReservedCreditQueries.programmesWithLandings) {
                try $0.map { try LandingPlace($0.decode(UUID.self, UUID.self)) }
            }
        }
        for place in programmes {
            try await Tenant.community(place.community).perform { try await land(at: place) }
        }
    }

    private func land(at place: LandingPlace) async throws {
        var after: UUID?
        repeat {
            let set = LandNextSet(place: place, after: after)
            let landing = try await database.transaction { try set($0) }
            for refusal in landing.refusals {
                logger.error(
                    "coins set apart cannot land",
                    metadata: [
                        "instruction": "\(refusal.instruction)",
                        "refusal": "\(refusal.reason.rawValue)",
                    ]
                )
            }
            after = landing.next
        } while after != nil
    }
}

/// A programme whose coins land.
struct LandingPlace: Sendable {
    let community: UUID
    let programme: UUID

    init(_ place: (community: UUID, programme: UUID)) {
        (community, programme) = place
    }
}
