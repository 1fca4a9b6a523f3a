import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of clients.
enum ClientQueries {
    static func insert(
        _ client: Client,
        key: ClientKey,
        terminal: UUID?,
        shop: UUID?,
        community: UUID
    ) -> SQL {
        let key = key.columns
        return """
            INSERT INTO accounts.client (community_id, id, party_id, name, kind, roles,
                                         public_key_kind, public_key_x, public_key_y, public_key,
                                         terminal_id, shop_id, created_at)
            VALUES (\(community), \(client.id.uuid), \(client.partyId.uuid), \(client.name),
                    \(client.kind.rawValue), \(client.roles.map(\.rawValue)),
                    \(key.kind), \(key.x), \(key.y), \(key.other),
                    \(terminal), \(shop), \(Timestamp(client.createdAt)))
            """
    }

    /// A row when the party may have software: people have phones instead.
    static func organisation(_ party: UUID, community: UUID) -> SQL {
        """
        SELECT 1 FROM accounts.party
         WHERE community_id = \(community) AND id = \(party)
           AND kind IN ('institution', 'merchant')
        """
    }

    static func client(_ id: UUID, of community: UUID) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM accounts.client
         WHERE community_id = \(community) AND id = \(id)
        """
    }

    static func page(of community: UUID, party: UUID?, after cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM accounts.client
         WHERE community_id = \(community) AND (\(party) IS NULL OR party_id = \(party))
           AND (\(cursor) IS NULL OR id < \(cursor))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    /// Which clients a revocation names: by their own id, or by the party they act for.
    enum Named: String {
        case itself = "id"
        case byParty = "party_id"
    }

    /// Ends those that are active, with the tokens that they have; the clients as they are after.
    static func revoke(_ clients: Named, _ order: RevocationOrder) -> SQL {
        let tokensBefore = Timestamp(microseconds: order.now.microseconds + longestIssuing)
        return """
            WITH ended AS (
                UPDATE accounts.client
                   SET revoked_at = \(Timestamp(order.now)), revocation_reason = \(order.reason)
                 WHERE community_id = \(order.community) AND \(rawSQL: clients.rawValue) = \(order.id)
                   AND revoked_at IS NULL
                RETURNING community_id, revocation_reason, \(rawSQL: columns)
            ), refused AS (
                INSERT INTO accounts.revocation (community_id, client_id, tokens_before, reason,
                                                 created_at)
                SELECT community_id, id, \(tokensBefore), revocation_reason, revoked_at FROM ended
            )
            SELECT \(rawSQL: columns) FROM ended
            """
    }

    /// Ends the tokens that a client has by now, and nothing else of it.
    static func revokeTokens(_ order: RevocationOrder) -> SQL {
        """
        INSERT INTO accounts.revocation (community_id, client_id, tokens_before, reason, created_at)
        VALUES (\(order.community), \(order.id), \(Timestamp(order.now)), \(order.reason),
                \(Timestamp(order.now)))
        ON CONFLICT DO NOTHING
        """
    }

    /// A token request that saw the client active has been answered after this, in microseconds.
    private static let longestIssuing: Int64 = 60_000_000

    /// A row when the party is one of the community.
    static func party(_ id: UUID, of community: UUID) -> SQL {
        "SELECT 1 FROM accounts.party WHERE community_id = \(community) AND id = \(id)"
    }

    static func clients(_ rows: Rows) throws -> [Client] {
        try rows.map { row in
            let (id, party, name, kind, roles, revokedAt, createdAt) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                String.self,
                [String].self,
                Timestamp?.self,
                Timestamp.self
            )
            guard let kind = ClientKind(rawValue: kind) else {
                throw PostgresError.decoding("unknown client kind")
            }
            return Client(
                id: Identifier(id),
                partyId: Identifier(party),
                name: name,
                kind: kind,
                roles: roles.compactMap(Role.init(rawValue:)),
                state: revokedAt == nil ? .active : .revoked,
                createdAt: Instant(createdAt)
            )
        }
    }

    private static let columns = "id, party_id, name, kind, roles, revoked_at, created_at"
}
