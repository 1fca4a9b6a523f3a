import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Who has approved a batch.
enum ApprovalQueries {
    /// How many have approved it now; `nil` when this one had already. The batch is locked.
    static func add(
        _ client: UUID,
        to batch: UUID,
        at moment: Instant,
        community: UUID,
        _ connection: Connection
    ) throws -> Int? {
        let added = try connection.execute(
            """
            INSERT INTO disbursement.batch_approval (community_id, batch_id, approved_by,
                                                     approved_at)
            VALUES (\(community), \(batch), \(client), \(Timestamp(moment)))
            ON CONFLICT DO NOTHING
            """
        )
        guard added == 1 else { return nil }
        return try connection.query(
            """
            SELECT count(*) FROM disbursement.batch_approval
             WHERE community_id = \(community) AND batch_id = \(batch)
            """
        ).one().decode(Int.self)
    }

    /// The last approval that was needed.
    static func release(
        _ batch: UUID,
        community: UUID,
        by client: UUID,
        at moment: Instant
    ) -> SQL {
        """
        UPDATE disbursement.batch
           SET state = 'approved', approved_by = \(client), approved_at = \(Timestamp(moment))
         WHERE community_id = \(community) AND id = \(batch)
        """
    }
}
