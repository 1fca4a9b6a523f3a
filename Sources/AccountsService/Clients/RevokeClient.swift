import API
import FoundationEssentials
import Postgres
import ServiceKit

/// What is to be revoked in a community, why and when.
struct RevocationOrder: Sendable {
    /// Of a client, a party or a mandate.
    let id: UUID
    let community: UUID
    let reason: String
    let now: Instant
    /// The client that revokes.
    let client: UUID
}

/// Ends a client for ever: it gets no token any more, and those that it has are refused.
struct RevokeClient: Sendable {
    let order: RevocationOrder

    func callAsFunction(_ connection: Connection) throws -> Client {
        let revoked = try ClientQueries.clients(
            connection.query(ClientQueries.revoke(.itself, order))
        )
        if let client = revoked.first { return client }
        let known = try connection.query(ClientQueries.client(order.id, of: order.community))
        guard !known.isEmpty else { throw Problem.notFound("client") }
        throw Problem(.clientNotActive, "The client was revoked before.")
    }
}
