import FoundationEssentials
import Logging
import Postgres
import ServiceKit

/// Gives events their numbers as soon as they are written, and puts them on their way to webhooks.
struct NumberEvents: Sendable {
    let database: Database

    /// Announced by the triggers that write events.
    static let channel = "merchant_event"

    private static let mostAtOnce = 500

    /// The worker, which also looks every two seconds, in case an announcement was lost.
    func worker(_ listener: NotificationListener, _ logger: Logger) -> WorkLoop {
        WorkLoop(
            channel: Self.channel,
            listener: listener,
            interval: .seconds(2),
            logger: logger,
            work: { try await self() }
        )
    }

    func callAsFunction() async throws {
        let waiting = try await Tenant.acrossCommunities {
            try await database.query(EventQueries.unnumbered) { rows in
                try rows.map { try $0.decode(UUID.self) }
            }
        }
        for community in waiting {
            try await Tenant.community(community).perform { try await number(community) }
        }
    }

    private func number(_ community: UUID) async throws {
        while true {
            let count = try await database.query(
                EventQueries.number(community, atMost: Self.mostAtOnce)
            ) { try $0.one().decode(Int32.self) }
            if count < Self.mostAtOnce { return }
        }
    }
}
