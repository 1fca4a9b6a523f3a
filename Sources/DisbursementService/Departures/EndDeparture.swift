import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Somebody else than who confirmed it says that the person is back, or never left. Recalls that it
/// announced and that took nothing yet are withdrawn in the same commit.
struct EndDeparture: Sendable {
    let departure: UUID
    let community: UUID
    let client: UUID
    let now: Instant

    func callAsFunction(_ ending: DepartureEnding, _ connection: Connection) throws {
        let found = try DepartureQueries.lock(departure, community, connection)
        guard found.state == .confirmed else {
            throw Problem(.departureNotConfirmed, "Only a confirmed departure ends, and once.")
        }
        try connection.execute(
            DepartureQueries.withdrawRecalls(of: departure, because: ending.reason, self)
        )
        let ended = try connection.execute(
            """
            UPDATE disbursement.departure
               SET state = 'ended', ended_by = \(client), ended_at = \(Timestamp(now)),
                   ending_reason = \(ending.reason)
             WHERE community_id = \(community) AND id = \(departure) AND decided_by <> \(client)
            """
        )
        guard ended == 1 else {
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who confirmed the departure ends it."
            )
        }
    }
}
