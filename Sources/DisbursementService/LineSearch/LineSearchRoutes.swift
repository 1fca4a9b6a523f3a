import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/line-searches`: what became of somebody's lines, whatever file they are in. A post, so that no
/// account stands in an address.
struct LineSearchRoutes {
    let database: Database
    let lookupKey: LookupKey

    func add(to routes: Routes) {
        routes.on(.searchLines, searchLines)
    }

    @Sendable private func searchLines(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(LineSearch.self).value
        let community = try call.caller.requireCommunity()
        let wanted = try WantedLines(
            body,
            lookupKey: lookupKey,
            numberOwners: [call.caller.party, community].compactMap(\.self),
            now: call.clock.now()
        )
        let found = try await database.transaction { connection in
            if let person = wanted.person,
                try !GrantQueries.isKnown(person, community, connection)
            {
                throw Problem(.unknownParty, "The community has no such person.")
            }
            return try connection.query(LineSearchQueries.find(wanted, community: community))
                .map(InstructionQueries.decode)
        }
        return .json(Cursor.page(found, limit: wanted.limit, next: { WantedLines.Place($0).text }))
    }
}
