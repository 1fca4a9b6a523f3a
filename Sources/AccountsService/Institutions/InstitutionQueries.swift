import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of institutions, which are parties.
enum InstitutionQueries {
    static func insert(_ institution: Institution, community: UUID) -> SQL {
        """
        INSERT INTO accounts.party (community_id, id, kind, name, institution_kind, created_at)
        VALUES (\(community), \(institution.id.uuid), 'institution', \(institution.name),
                \(institution.kind.rawValue), \(Timestamp(institution.createdAt)))
        """
    }

    static func page(of community: UUID, after cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT id, name, institution_kind, created_at FROM accounts.party
         WHERE community_id = \(community) AND kind = 'institution'
           AND (\(cursor) IS NULL OR id < \(cursor))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    static func institutions(_ rows: Rows) throws -> [Institution] {
        try rows.map { row in
            let (id, name, kind, createdAt) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                Timestamp.self
            )
            guard let kind = InstitutionKind(rawValue: kind) else {
                throw PostgresError.decoding("unknown institution kind")
            }
            return Institution(
                id: Identifier(id),
                name: name,
                kind: kind,
                createdAt: Instant(createdAt)
            )
        }
    }
}
