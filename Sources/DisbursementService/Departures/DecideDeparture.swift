import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// Somebody reports that a person died or moved away.
struct ReportDeparture: Sendable {
    let person: UUID
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ report: DepartureReport, _ connection: Connection) throws -> Departure {
        guard try GrantQueries.isKnown(person, community, connection) else {
            throw Problem.notFound("person")
        }
        let day = try StandingDates.date(report.departedOn, "/departedOn")
        guard try day <= StandingInstructionQueries.today(community, connection) else {
            throw Problem.invalid("/departedOn", "lies ahead")
        }
        let added = try connection.execute(DepartureQueries.insert(report, on: day, self))
        guard added == 1 else {
            throw Problem(.departureReported, "A departure of the person was reported before.")
        }
        return try DepartureQueries.departures(
            connection.query(DepartureQueries.find(id, community))
        )[0]
    }
}

/// Somebody else confirms it, and what follows from it is done in the same commit; or drops it.
struct DecideDeparture: Sendable {
    let departure: UUID
    let community: UUID
    let client: UUID
    let now: Instant

    func callAsFunction(_ decision: DepartureDecision, _ connection: Connection) throws {
        let found = try DepartureQueries.lock(departure, community, connection)
        guard found.state == .reported else {
            throw Problem(.departureDecided, "Somebody decided about the departure before.")
        }
        guard found.reportedBy.uuid != client || !decision.confirm else {
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who reported the departure confirms it."
            )
        }
        var (stopped, recalls) = (0, 0)
        if decision.confirm {
            _ = try connection.query(DepartureQueries.hold(found.personId.uuid, community))
            stopped = try connection.execute(
                DepartureQueries.stopStanding(for: found, community, by: client)
            )
            recalls = try connection.execute(
                DepartureQueries.recall(for: found, community, at: now)
            )
        }
        try connection.execute(
            """
            UPDATE disbursement.departure
               SET state = \(decision.confirm ? "confirmed" : "dropped"),
                   decided_by = \(client), decided_at = \(Timestamp(now)),
                   recalls = \(Int32(recalls)), stopped_standing = \(Int32(stopped))
             WHERE community_id = \(community) AND id = \(departure)
            """
        )
    }
}
