import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Ends the tokens that a client has, such as one that leaked; the client may get others.
struct RevokeTokens: Sendable {
    let client: UUID
    let community: UUID
    let reason: String
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> TokenRevocation {
        let known = try ClientQueries.clients(
            connection.query(ClientQueries.client(client, of: community))
        )
        guard let found = known.first else { throw Problem.notFound("client") }
        guard found.state == .active else {
            throw Problem(.clientNotActive, "The client was revoked before.")
        }
        try connection.execute(
            ClientQueries.revokeTokens(of: client, community: community, reason: reason, at: now)
        )
        return TokenRevocation(clientId: found.id, tokensBefore: now)
    }
}
