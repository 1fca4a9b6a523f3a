import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/departures` and `/people/…/departures`: people who died or moved away.
struct DepartureRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.reportDeparture, reportDeparture)
        routes.on(.listDepartures, listDepartures)
        routes.on(.getDeparture, getDeparture)
        routes.on(.decideDeparture, decideDeparture)
        routes.on(.endDeparture, endDeparture)
    }

    @Sendable private func reportDeparture(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(DepartureReport.self)
        let report = ReportDeparture(
            person: try call.id("personId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.make(idempotency, fingerprint: body.fingerprint) { connection in
            try report(body.value, connection)
        }
    }

    @Sendable private func listDepartures(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let sql = DepartureQueries.list(
            call.query("state"),
            try call.caller.requireCommunity(),
            before: try Cursor.id(of: call),
            limit: limit
        )
        let read = try await database.query(sql, DepartureQueries.departures)
        return .page(Cursor.page(read, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getDeparture(_ call: Call<Caller>) async throws -> Reply {
        let sql = DepartureQueries.find(
            try call.id("departureId"),
            try call.caller.requireCommunity()
        )
        let read = try await database.query(sql, DepartureQueries.departures)
        guard let departure = read.first else { throw Problem.notFound("departure") }
        return .json(departure)
    }

    @Sendable private func decideDeparture(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(DepartureDecision.self)
        let decide = DecideDeparture(
            departure: try call.id("departureId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await change(decide.departure, body.fingerprint, call) { connection in
            try decide(body.value, connection)
        }
    }

    @Sendable private func endDeparture(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(DepartureEnding.self)
        let end = EndDeparture(
            departure: try call.id("departureId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await change(end.departure, body.fingerprint, call) { connection in
            try end(body.value, connection)
        }
    }

    /// What follows from a departure reaches the programmes of all institutions.
    private func change(
        _ departure: UUID,
        _ fingerprint: [UInt8],
        _ call: Call<Caller>,
        _ act: @escaping @Sendable (Connection) throws -> Void
    ) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        return try await Tenant.community(community).perform {
            try await call.change(
                idempotency,
                fingerprint: fingerprint,
                DepartureQueries.find(departure, community),
                DepartureQueries.departures,
                act
            )
        }
    }
}

extension Departure: RecordedResource {
    var place: String { "/v1/departures/\(id)" }

    /// How far it came; what is known of the person stays with the departure.
    func auditEntry(from before: Departure?) -> AuditEntry {
        AuditEntry(
            .departure,
            id,
            from: before.map { ["state": $0.state.rawValue] },
            to: ["state": state.rawValue]
        )
    }
}
