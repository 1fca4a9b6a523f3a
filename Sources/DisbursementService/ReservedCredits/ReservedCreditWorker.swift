import Domain
import FoundationEssentials
import Logging
import Postgres
import ServiceLifecycle

/// Lands coins that were set apart, once their receiver has a wallet.
struct ReservedCreditWorker: Service {
    let database: Database
    let listener: NotificationListener
    let logger: Logger

    private static let interval: Duration = .seconds(5)

    func run() async throws {
        // Somebody who enrols while their coins are being set apart is found at the next interval:
        // looking after every set of a batch would read all waiting lines each time.
        let loop = WorkLoop(
            channels: [Channel.enrolment],
            listener: listener,
            interval: Self.interval,
            logger: logger
        )
        await loop.run(land)
    }

    @Sendable private func land() async throws {
        let programmes = try await database.query(ReservedCreditQueries.programmesWithLandings) {
            try $0.map { try LandingPlace($0.decode(UUID.self, UUID.self)) }
        }
        for place in programmes {
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
}

/// A programme whose coins land.
struct LandingPlace: Sendable {
    let community: UUID
    let programme: UUID

    init(_ place: (community: UUID, programme: UUID)) {
        (community, programme) = place
    }
}
