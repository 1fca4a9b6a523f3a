import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of people, who are parties.
enum PersonQueries {
    /// Touches no row when another person has the bank account.
    static func insert(_ person: Person, iban: LinkedIBAN?, community: UUID) -> SQL {
        """
        INSERT INTO accounts.party (community_id, id, kind, name, iban_hash, iban_masked,
                                    created_at)
        VALUES (\(community), \(person.id.uuid), 'person', \(person.displayName), \(iban?.hash),
                \(iban?.masked), \(Timestamp(person.createdAt)))
        ON CONFLICT ON CONSTRAINT iban_linked_once DO NOTHING
        """
    }

    /// Touches no row when there is no such person.
    static func link(_ iban: LinkedIBAN, to person: UUID, community: UUID) -> SQL {
        """
        UPDATE accounts.party SET iban_hash = \(iban.hash), iban_masked = \(iban.masked)
         WHERE community_id = \(community) AND id = \(person) AND kind = 'person'
        """
    }

    static func person(_ id: UUID, of community: UUID) -> SQL {
        """
        SELECT p.id, p.name, p.iban_masked, w.id, p.created_at
          FROM accounts.party p
          LEFT JOIN wallet.wallet w ON w.community_id = p.community_id AND w.party_id = p.id
         WHERE p.community_id = \(community) AND p.id = \(id) AND p.kind = 'person'
        """
    }

    static func page(of community: UUID, after cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT p.id, p.name, p.iban_masked, w.id, p.created_at
          FROM accounts.party p
          LEFT JOIN wallet.wallet w ON w.community_id = p.community_id AND w.party_id = p.id
         WHERE p.community_id = \(community) AND p.kind = 'person'
           AND (\(cursor) IS NULL OR p.id < \(cursor))
         ORDER BY p.id DESC LIMIT \(limit + 1)
        """
    }

    static func people(_ rows: Rows) throws -> [Person] {
        try rows.map { row in
            let (id, name, ibanMasked, wallet, createdAt) = try row.decode(
                UUID.self,
                String.self,
                String?.self,
                UUID?.self,
                Timestamp.self
            )
            return Person(
                id: Identifier(id),
                displayName: name,
                ibanMasked: ibanMasked,
                state: wallet == nil ? .registered : .enrolled,
                walletId: wallet.map(Identifier.init),
                createdAt: Instant(createdAt)
            )
        }
    }
}
