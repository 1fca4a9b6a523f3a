import API
import FoundationEssentials
import Postgres
import ServiceKit

/// How much of a coin exists and what stands against it.
struct CirculationRoutes {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.getCirculation, getCirculation)
    }

    @Sendable private func getCirculation(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            CirculationQueries.circulation(
                of: call.text("coinCode"),
                community: call.caller.requireCommunity()
            ),
            CirculationQueries.circulation
        )
        guard let circulation = found else { throw Problem.notFound("coin") }
        return .json(circulation)
    }
}
