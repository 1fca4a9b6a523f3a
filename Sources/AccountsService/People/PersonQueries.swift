import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of people, who are parties.
enum PersonQueries {
    static func insert(_ person: Person, claim: IBANClaim?, community: UUID) -> SQL {
        """
        INSERT INTO accounts.party (community_id, id, kind, name, iban_hash, iban_masked,
                                    iban_sealed, iban_linked_by, iban_linked_at, created_at)
        VALUES (\(community), \(person.id.uuid), 'person', \(person.displayName),
                \(claim?.iban.hash), \(claim?.iban.masked), \(claim?.sealed), \(claim?.by),
                \((claim?.at).map(Timestamp.init)), \(Timestamp(person.createdAt)))
        """
    }

    static func person(_ id: UUID, of community: UUID) -> SQL {
        """
        SELECT \(rawSQL: columns)
          FROM accounts.party p
          LEFT JOIN wallet.wallet w ON w.community_id = p.community_id AND w.party_id = p.id
         WHERE p.community_id = \(community) AND p.id = \(id) AND p.kind = 'person'
        """
    }

    /// What is linked already, as it is stored; waits for whoever links at the same time.
    static func ibanHash(of person: UUID, community: UUID) -> SQL {
        """
        SELECT iban_hash FROM accounts.party
         WHERE community_id = \(community) AND id = \(person) AND kind = 'person' FOR UPDATE
        """
    }

    static func ibanHash(_ rows: Rows) throws -> [UInt8]? {
        guard let row = rows.first else { return nil }
        return try row.decode([UInt8]?.self)
    }

    static func page(of community: UUID, after cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT \(rawSQL: columns)
          FROM accounts.party p
          LEFT JOIN wallet.wallet w ON w.community_id = p.community_id AND w.party_id = p.id
         WHERE p.community_id = \(community) AND p.kind = 'person'
           AND (\(cursor) IS NULL OR p.id < \(cursor))
         ORDER BY p.id DESC LIMIT \(limit + 1)
        """
    }

    private static let columns =
        "p.id, p.name, p.iban_masked, p.iban_verified_at IS NOT NULL, w.id, p.created_at"

    static func people(_ rows: Rows) throws -> [Person] {
        try rows.map { row in
            let (id, name, ibanMasked, isVerified, wallet, createdAt) = try row.decode(
                UUID.self,
                String.self,
                String?.self,
                Bool.self,
                UUID?.self,
                Timestamp.self
            )
            return Person(
                id: Identifier(id),
                displayName: name,
                ibanMasked: ibanMasked,
                ibanState: ibanMasked.map { _ in isVerified ? .verified : .unverified },
                state: wallet == nil ? .registered : .enrolled,
                walletId: wallet.map(Identifier.init),
                createdAt: Instant(createdAt)
            )
        }
    }

    /// To whom a letter goes: the names of the person and of the community.
    static func addressee(_ id: UUID, of community: UUID) -> SQL {
        """
        SELECT p.name, c.name
          FROM accounts.party p
          JOIN accounts.community c ON c.community_id = p.community_id
         WHERE p.community_id = \(community) AND p.id = \(id) AND p.kind = 'person'
        """
    }
}
