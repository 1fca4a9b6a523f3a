import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import ISO20022
import Postgres
import ServiceKit

/// `/people/…/totals` and `/programmes/…/totals`: what somebody was paid in a period, such as a year.
struct PersonTotalsRoutes: Sendable {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.getPersonTotals, getPersonTotals)
        routes.onStream(.getProgrammeTotals, getProgrammeTotals)
    }

    @Sendable private func getPersonTotals(_ call: Call<Caller>) async throws -> Reply {
        let (community, person) = (try call.caller.requireCommunity(), try call.id("personId"))
        guard call.caller.grantee == nil || call.caller.grantee == person else {
            throw Problem.notFound("person")
        }
        let period = try period(of: call)
        let now = call.clock.now()
        let totals = try await database.transaction { connection in
            guard try GrantQueries.isKnown(person, community, connection) else {
                throw Problem.notFound("person")
            }
            let isFinal = PersonTotalsQueries.isFinal(period, community, at: now)
            let ofPerson = PersonTotalsQueries.ofPerson(person, period, community)
            return PersonTotals(
                personId: Identifier(person),
                period: period.description,
                isFinal: try PersonTotalsQueries.isFinal(connection.query(isFinal)),
                programmes: try PersonTotalsQueries.totals(connection.query(ofPerson))
                    .filter(\.hasMoved).map(\.total)
            )
        }
        return .json(totals)
    }

    @Sendable private func getProgrammeTotals(_ call: Call<Caller>) async throws -> Response {
        let (community, id) = (try call.caller.requireCommunity(), try call.id("programmeId"))
        let period = try period(of: call)
        let known = try await database.query(ProgrammeQueries.one(id, community: community)) {
            !$0.isEmpty
        }
        guard known else { throw Problem.notFound("programme") }
        return call.file(
            PersonTotalsFile(of: id, period, community, at: call.clock.now(), database),
            named: "totals-\(period).csv"
        )
    }

    private func period(of call: Call<Caller>) throws -> StatementPeriod {
        guard let period = StatementPeriod(try call.text("period")) else {
            throw Problem.notFound("period")
        }
        return period
    }
}
