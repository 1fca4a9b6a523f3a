import API
import FoundationEssentials
import Postgres
import ServiceKit

/// An activation code that exists, and what it enrols.
struct IssuedCode: Sendable {
    let community: UUID
    let party: UUID
    /// Set for terminals only.
    let terminal: UUID?
    /// Set for terminals only.
    let shop: UUID?
    let expiresAt: Instant
    let createdAt: Instant
    let isUsed: Bool

    /// A code that a newer one replaced: it ended when it began.
    var isVoid: Bool { expiresAt <= createdAt }
}

/// The SQL of activation codes.
enum ActivationCodeQueries {
    static func insert(
        hash: [UInt8],
        party: UUID,
        community: UUID,
        expiresAt: Instant,
        createdAt: Instant
    ) -> SQL {
        """
        INSERT INTO accounts.activation_code (community_id, code_hash, party_id, expires_at,
                                              created_at)
        VALUES (\(community), \(hash), \(party), \(Timestamp(expiresAt)),
                \(Timestamp(createdAt)))
        """
    }

    /// Voids the unused codes for phones of a party.
    static func void(of party: UUID, community: UUID) -> SQL {
        """
        UPDATE accounts.activation_code SET expires_at = created_at
         WHERE community_id = \(community) AND party_id = \(party) AND used_at IS NULL
           AND terminal_id IS NULL
        """
    }

    /// Voids all unused codes of a party, those for terminals as well.
    static func voidAll(of party: UUID, community: UUID) -> SQL {
        """
        UPDATE accounts.activation_code SET expires_at = created_at
         WHERE community_id = \(community) AND party_id = \(party) AND used_at IS NULL
        """
    }

    /// The code, locked until the transaction ends.
    static func locked(hash: [UInt8]) -> SQL {
        """
        SELECT community_id, party_id, terminal_id, shop_id, expires_at, created_at,
               used_at IS NOT NULL
          FROM accounts.activation_code WHERE code_hash = \(hash) FOR UPDATE
        """
    }

    static func code(_ rows: Rows) throws -> IssuedCode? {
        try rows.first.map { row in
            let (community, party, terminal, shop, expiresAt, createdAt, isUsed) =
                try row.decode(
                    UUID.self,
                    UUID.self,
                    UUID?.self,
                    UUID?.self,
                    Timestamp.self,
                    Timestamp.self,
                    Bool.self
                )
            return IssuedCode(
                community: community,
                party: party,
                terminal: terminal,
                shop: shop,
                expiresAt: Instant(expiresAt),
                createdAt: Instant(createdAt),
                isUsed: isUsed
            )
        }
    }

    static func use(hash: [UInt8], community: UUID, client: UUID, at now: Instant) -> SQL {
        """
        UPDATE accounts.activation_code SET used_at = \(Timestamp(now)), client_id = \(client)
         WHERE community_id = \(community) AND code_hash = \(hash)
        """
    }
}
