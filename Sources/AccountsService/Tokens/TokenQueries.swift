import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A client that may get tokens.
struct TokenClient: Sendable {
    let id: UUID
    let kind: ClientKind
    let party: UUID
    /// `nil` for the operator only.
    let community: UUID?
    let roles: [Role]
    /// `nil` for officials, who prove themselves to their identity provider.
    let key: ClientKey?
    /// Set for terminals only.
    let terminal: UUID?
}

/// The SQL of the token endpoint.
enum TokenQueries {
    static func activeClient(_ id: UUID) -> SQL {
        """
        SELECT id, kind, party_id, community_id, roles, public_key_kind, public_key_x, public_key_y,
               public_key, terminal_id
          FROM accounts.client WHERE id = \(id) AND revoked_at IS NULL AND kind <> 'official'
        """
    }

    /// The client; `nil` unless there is exactly one, because the id alone names it here.
    static func client(_ rows: Rows) throws -> TokenClient? {
        guard rows.count == 1 else { return nil }
        let (id, kind, party, community, roles, keyKind, x, y, other, terminal) = try rows[0]
            .decode(
                UUID.self,
                String.self,
                UUID.self,
                UUID.self,
                [String].self,
                String.self,
                [UInt8]?.self,
                [UInt8]?.self,
                [UInt8]?.self,
                UUID?.self
            )
        guard let key = ClientKey(ClientKey.Columns(kind: keyKind, x: x, y: y, other: other)) else {
            throw PostgresError.decoding("unknown kind of key")
        }
        guard let clientKind = ClientKind(rawValue: kind) else {
            throw PostgresError.decoding("unknown client kind")
        }
        return TokenClient(
            id: id,
            kind: clientKind,
            party: party,
            community: community,
            roles: roles.compactMap(Role.init(rawValue:)),
            key: key,
            terminal: terminal
        )
    }

    /// Marks an assertion as used; touches no row when it was used before.
    static func use(_ assertion: ClientAssertion, until: Instant) -> SQL {
        """
        INSERT INTO accounts.used_assertion (client_id, jti, expires_at)
        VALUES (\(Identifier(assertion.client).description), \(assertion.jti),
                \(Timestamp(until)))
        ON CONFLICT DO NOTHING
        """
    }

    /// Forgets the assertions that are refused by their expiry anyway.
    static let forgetExpired: SQL =
        "DELETE FROM accounts.used_assertion WHERE expires_at < clock_timestamp()"
}
