import API
import Postgres
import ServiceKit

/// Ends the tokens that a client has, such as one that leaked; the client may get others.
struct RevokeTokens: Sendable {
    let order: RevocationOrder

    func callAsFunction(_ connection: Connection) throws -> TokenRevocation {
        let known = try ClientQueries.clients(
            connection.query(ClientQueries.client(order.id, of: order.community))
        )
        guard let found = known.first else { throw Problem.notFound("client") }
        guard found.state == .active else {
            throw Problem(.clientNotActive, "The client was revoked before.")
        }
        try connection.execute(ClientQueries.revokeTokens(order))
        return TokenRevocation(clientId: found.id, tokensBefore: order.now)
    }
}
