import API
import FoundationEssentials
import HummingbirdCore
import ISO20022
import Postgres
import ServiceKit

/// What programmes did, in figures that tell of nobody.
struct StatisticsRoutes: Sendable {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.getProgrammeStatistics, getProgrammeStatistics)
    }

    @Sendable private func getProgrammeStatistics(_ call: Call<Caller>) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        let sql = ProgrammeQueries.one(
            try call.id("programmeId"),
            community: community,
            sponsor: call.caller.sponsor
        )
        let programme = try await database.query(sql) { try $0.first.map(ProgrammeQueries.decode) }
        guard let programme, let month = StatementPeriod(try call.text("month")), month.isMonth
        else { throw Problem.notFound("programme") }
        let read = ReadStatistics(
            programme: programme,
            month: month,
            community: community,
            now: call.clock.now()
        )
        guard let statistics = try await read(database) else {
            throw Problem(.notFound, "Statistics of a month are there when it is over.")
        }
        return .json(statistics)
    }
}
