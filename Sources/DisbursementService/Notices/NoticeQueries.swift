import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of notices, which the database writes in the commit of what they are about.
enum NoticeQueries {
    /// Newest first.
    static func list(of person: UUID, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        SELECT n.id, n.kind, n.programme_id, p.name, n.subject_id, n.coin, n.amount, n.due_at,
               n.created_at
          FROM disbursement.notice n
          JOIN disbursement.programme p
            ON p.community_id = n.community_id AND p.id = n.programme_id
         WHERE n.community_id = \(community) AND n.party_id = \(person)
           AND (\(before)::uuid IS NULL OR n.id < \(before))
         ORDER BY n.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func notices(_ rows: Rows) throws -> [Notice] {
        try rows.map { row in
            let (
                id, kindText, programme, name, subject, coin, amount, dueAt, createdAt
            ) = try row.decode(
                UUID.self,
                String.self,
                UUID.self,
                String.self,
                UUID.self,
                String.self,
                Int64?.self,
                Timestamp?.self,
                Timestamp.self
            )
            guard let kind = NoticeKind(rawValue: kindText) else {
                throw PostgresError.decoding("a notice of no known kind")
            }
            let digits = CoinDigits(code: coin, digits: CoinDigits.pegged)
            return Notice(
                id: Identifier(id),
                kind: kind,
                programmeId: Identifier(programme),
                programmeName: name,
                subjectId: Identifier(subject),
                amount: amount.map(digits.amount),
                dueAt: dueAt.map { Instant($0) },
                createdAt: Instant(createdAt)
            )
        }
    }
}
