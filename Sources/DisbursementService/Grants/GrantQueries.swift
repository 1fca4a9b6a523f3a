import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of grants. What is left of them is the database's to say.
enum GrantQueries {
    private static let columns = """
        SELECT g.id, g.party_id, g.programme_id, p.name, g.coin, g.amount, g.left_over,
               g.granted_at, g.expires_at, g.reference
        """

    /// Newest first, all programmes together.
    static func list(of person: UUID, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
          FROM disbursement.grants(\(community), \(person), NULL) AS g
          JOIN disbursement.programme p
            ON p.community_id = \(community) AND p.id = g.programme_id
         WHERE \(before)::uuid IS NULL OR g.id < \(before)
         ORDER BY g.id DESC LIMIT \(limit + 1)
        """
    }

    /// One grant; of one person only, unless `person` is nil.
    static func find(_ id: UUID, of person: UUID?, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
          FROM disbursement.grants(\(community), \(person), \(id)) AS g
          JOIN disbursement.programme p
            ON p.community_id = \(community) AND p.id = g.programme_id
        """
    }

    /// Whether the community has such a person.
    static func isKnown(_ person: UUID, _ community: UUID, _ connection: Connection) throws -> Bool
    {
        try !connection.query(
            """
            SELECT FROM accounts.party
             WHERE community_id = \(community) AND id = \(person) AND kind = 'person'
            """
        ).isEmpty
    }

    @Sendable static func grants(_ rows: Rows) throws -> [Grant] {
        try rows.map { row in
            let (
                id, person, programme, name, coin, amount, left, grantedAt, expiresAt, reference
            ) = try row.decode(
                UUID.self,
                UUID.self,
                UUID.self,
                String.self,
                String.self,
                Int64.self,
                Int64.self,
                Timestamp.self,
                Timestamp?.self,
                String?.self
            )
            let digits = CoinDigits(code: coin, digits: CoinDigits.pegged)
            return Grant(
                id: Identifier(id),
                personId: Identifier(person),
                programmeId: Identifier(programme),
                programmeName: name,
                amount: digits.amount(amount),
                left: digits.amount(left),
                grantedAt: Instant(grantedAt),
                expiresAt: expiresAt.map { Instant($0) },
                reference: reference
            )
        }
    }
}
