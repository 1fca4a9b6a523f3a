import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of groups and who is in them.
enum TargetGroupQueries {
    static func insert(_ group: TargetGroup, _ community: UUID, by client: UUID) -> SQL {
        """
        INSERT INTO accounts.target_group (community_id, id, name, created_by, created_at)
        VALUES (\(community), \(group.id.uuid), \(group.name), \(client),
                \(Timestamp(group.createdAt)))
        """
    }

    static func page(of community: UUID, before cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT id, name, created_at FROM accounts.target_group
         WHERE community_id = \(community) AND (\(cursor) IS NULL OR id < \(cursor))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    /// Throws 404 unless the community has the group.
    static func require(_ group: UUID, _ community: UUID, _ connection: Connection) throws {
        let isKnown = try !connection.query(
            """
            SELECT FROM accounts.target_group
             WHERE community_id = \(community) AND id = \(group)
            """
        ).isEmpty
        guard isKnown else { throw Problem.notFound("group") }
    }

    /// Whoever is in it already gets another end.
    static func put(
        _ entry: TargetGroupEntry,
        into group: UUID,
        _ community: UUID,
        by client: UUID,
        at now: Instant
    ) -> SQL {
        """
        INSERT INTO accounts.target_group_member (community_id, group_id, party_id, valid_until,
                                                  added_by, added_at)
        VALUES (\(community), \(group), \(entry.personId.uuid),
                \(entry.validUntil.map { Timestamp($0) }), \(client), \(Timestamp(now)))
        ON CONFLICT (community_id, group_id, party_id) DO UPDATE
           SET valid_until = excluded.valid_until, added_by = excluded.added_by,
               added_at = excluded.added_at
        """
    }

    @Sendable static func groups(_ rows: Rows) throws -> [TargetGroup] {
        try rows.map { row in
            let (id, name, createdAt) = try row.decode(UUID.self, String.self, Timestamp.self)
            return TargetGroup(id: Identifier(id), name: name, createdAt: Instant(createdAt))
        }
    }
}
