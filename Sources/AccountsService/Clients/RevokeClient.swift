import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Ends a client for ever: it gets no token any more, and those that it has are refused.
struct RevokeClient: Sendable {
    let id: UUID
    let community: UUID
    let reason: String
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Client {
        let revoked = try ClientQueries.clients(
            connection.query(
                ClientQueries.revoke(
                    .one(id),
                    community: community,
                    reason: reason,
                    at: now
                )
            )
        )
        if let client = revoked.first { return client }
        let known = try connection.query(ClientQueries.client(id, of: community))
        guard !known.isEmpty else { throw Problem.notFound("client") }
        throw Problem(.clientNotActive, "The client was revoked before.")
    }
}
