import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of extensions.
enum ExtensionQueries {
    /// Whether the money of a programme ends at all; nil without such a programme.
    static func potsEnd(
        of programme: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Bool? {
        try connection.query(
            """
            SELECT pots_expire_at IS NOT NULL OR credits_last_days IS NOT NULL
              FROM disbursement.programme
             WHERE community_id = \(community) AND id = \(programme)
            """
        ).first?.decode(Bool.self)
    }

    /// How many pots it reached; nil without such a person.
    static func extend(_ act: ExtendPots, _ connection: Connection) throws -> Int? {
        try connection.query(
            """
            SELECT disbursement.extend_pots(
                \(act.community), \(act.id), \(act.programme), \(act.creation.personId.uuid),
                \(Timestamp(act.creation.untilAt)), \(act.client), \(Timestamp(act.now)))
            """
        ).one().decode(Int32?.self).map(Int.init)
    }

    /// Newest first.
    static func list(
        of programme: UUID,
        _ community: UUID,
        before: UUID?,
        limit: Int
    ) -> SQL {
        """
        SELECT id, programme_id, party_id, until, pots, extended_by, extended_at
          FROM disbursement.extension
         WHERE community_id = \(community) AND programme_id = \(programme)
           AND (\(before)::uuid IS NULL OR id < \(before))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func extensions(_ rows: Rows) throws -> [Extension] {
        try rows.map { row in
            let (id, programme, person, until, pots, client, moment) = try row.decode(
                UUID.self,
                UUID.self,
                UUID.self,
                Timestamp.self,
                Int32.self,
                UUID.self,
                Timestamp.self
            )
            return Extension(
                id: Identifier(id),
                programmeId: Identifier(programme),
                personId: Identifier(person),
                untilAt: Instant(until),
                potCount: Int(pots),
                extendedBy: Identifier(client),
                extendedAt: Instant(moment)
            )
        }
    }
}
