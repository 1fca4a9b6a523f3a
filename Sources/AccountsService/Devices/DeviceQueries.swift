import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of people's phones, which are clients.
enum DeviceQueries {
    /// Whose phones are read, and who asks.
    struct Owner: Sendable {
        let party: UUID
        let community: UUID
        /// The client that asks.
        let asking: UUID
    }

    static func page(of owner: Owner, after cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT \(rawSQL: columns), id = \(owner.asking) FROM accounts.client
         WHERE community_id = \(owner.community) AND party_id = \(owner.party)
           AND kind = 'phone' AND (\(cursor) IS NULL OR id < \(cursor))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    static func device(_ id: UUID, of owner: Owner) -> SQL {
        """
        SELECT \(rawSQL: columns), id = \(owner.asking) FROM accounts.client
         WHERE community_id = \(owner.community) AND party_id = \(owner.party)
           AND kind = 'phone' AND id = \(id)
        """
    }

    /// No row when the phone is not the owner's.
    static func rename(_ id: UUID, to name: String, of owner: Owner) -> SQL {
        """
        UPDATE accounts.client SET name = \(name)
         WHERE community_id = \(owner.community) AND party_id = \(owner.party)
           AND kind = 'phone' AND id = \(id)
        RETURNING \(rawSQL: columns), id = \(owner.asking)
        """
    }

    /// Keeps other enrolments of the person waiting, so that counting holds.
    static func lock(party: UUID, community: UUID) -> SQL {
        """
        SELECT 1 FROM accounts.party WHERE community_id = \(community) AND id = \(party)
           FOR NO KEY UPDATE
        """
    }

    static func countActive(party: UUID, community: UUID) -> SQL {
        """
        SELECT count(*) FROM accounts.client
         WHERE community_id = \(community) AND party_id = \(party) AND kind = 'phone'
           AND revoked_at IS NULL
        """
    }

    static func devices(_ rows: Rows) throws -> [Device] {
        try rows.map { row in
            let (id, name, createdAt, revokedAt, reason, isCurrent) = try row.decode(
                UUID.self,
                String.self,
                Timestamp.self,
                Timestamp?.self,
                String?.self,
                Bool.self
            )
            return Device(
                id: Identifier(id),
                name: name,
                state: revokedAt == nil ? .active : .revoked,
                current: isCurrent,
                enrolledAt: Instant(createdAt),
                revokedAt: revokedAt.map(Instant.init),
                revocationReason: reason
            )
        }
    }

    private static let columns = "id, name, created_at, revoked_at, revocation_reason"
}
