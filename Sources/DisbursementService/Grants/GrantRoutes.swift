import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/grants` and `/people/…/grants`: what programmes credited, and what is left of it.
struct GrantRoutes: Sendable {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.listGrants, listGrants)
        routes.on(.getGrant, getGrant)
    }

    @Sendable private func listGrants(_ call: Call<Caller>) async throws -> Reply {
        let (community, person) = (try call.caller.requireCommunity(), try call.id("personId"))
        let (limit, before) = (call.limit, try Cursor.id(of: call))
        guard call.caller.grantee == nil || call.caller.grantee == person else {
            throw Problem.notFound("person")
        }
        let read = try await database.transaction { connection in
            guard try GrantQueries.isKnown(person, community, connection) else {
                throw Problem.notFound("person")
            }
            return try GrantQueries.grants(
                connection.query(
                    GrantQueries.list(of: person, community, before: before, limit: limit)
                )
            )
        }
        return .page(Cursor.page(read, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getGrant(_ call: Call<Caller>) async throws -> Reply {
        let grants = try await database.query(
            GrantQueries.find(
                call.id("grantId"),
                of: call.caller.grantee,
                call.caller.requireCommunity()
            ),
            GrantQueries.grants
        )
        guard let grant = grants.first else { throw Problem.notFound("grant") }
        return .json(grant)
    }
}

extension Caller {
    /// The person whose grants alone the caller sees; `nil` for who sees all.
    var grantee: UUID? { may(.batchesRead) ? nil : party }
}
