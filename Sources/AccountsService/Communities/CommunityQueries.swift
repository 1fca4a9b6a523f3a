import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of communities.
enum CommunityQueries {
    static func insert(_ community: Community) -> SQL {
        """
        INSERT INTO accounts.community (community_id, name, time_zone, created_at)
        VALUES (\(community.id.uuid), \(community.name), \(community.timeZone),
                \(Timestamp(community.createdAt)))
        """
    }

    static func community(_ id: UUID) -> SQL {
        """
        SELECT community_id, name, time_zone, created_at FROM accounts.community
         WHERE community_id = \(id)
        """
    }

    static func page(after cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT community_id, name, time_zone, created_at FROM accounts.community
         WHERE \(cursor) IS NULL OR community_id < \(cursor)
         ORDER BY community_id DESC LIMIT \(limit + 1)
        """
    }

    static func communities(_ rows: Rows) throws -> [Community] {
        try rows.map { row in
            let (id, name, timeZone, createdAt) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                Timestamp.self
            )
            return Community(
                id: Identifier(id),
                name: name,
                timeZone: timeZone,
                createdAt: Instant(createdAt)
            )
        }
    }
}
