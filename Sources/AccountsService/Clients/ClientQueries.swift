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
        """
        INSERT INTO accounts.client (community_id, id, party_id, name, kind, roles, public_key_x,
                                     public_key_y, terminal_id, shop_id, created_at)
        VALUES (\(community), \(client.id.uuid), \(client.partyId.uuid), \(client.name),
                \(client.kind.rawValue), \(client.roles.map(\.rawValue)), \(key.x), \(key.y),
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

    /// The client as it is after; touches no row unless it was active.
    static func revoke(_ id: UUID, community: UUID, reason: String, at now: Instant) -> SQL {
        """
        UPDATE accounts.client
           SET revoked_at = \(Timestamp(now)), revocation_reason = \(reason)
         WHERE community_id = \(community) AND id = \(id) AND revoked_at IS NULL
        RETURNING \(rawSQL: columns)
        """
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
