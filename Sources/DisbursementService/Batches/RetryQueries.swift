import Domain
import FoundationEssentials
import Postgres

/// Lines that failed and are tried again.
enum RetryQueries {
    /// Not those of a name that nobody had: they would go to whoever has taken it since. Not those whose
    /// receiver was forgotten.
    private static let isRetryable = """
        state = 'failed' AND creditor_masked <> ''
        AND refusal_code IS DISTINCT FROM '\(LedgerRefusal.unknownAccount.rawValue)'
        """

    /// Their sum in minor units. They change only while the batch is locked.
    static func retryable(
        of batch: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> Int64 {
        try connection.query(
            """
            SELECT coalesce(sum(amount), 0)::bigint FROM disbursement.instruction
             WHERE community_id = \(community) AND batch_id = \(batch)
               AND \(rawSQL: isRetryable)
            """
        ).one().decode(Int64.self)
    }

    static func reopen(_ batch: UUID, community: UUID) -> SQL {
        """
        UPDATE disbursement.instruction SET state = 'acceptable', refusal_code = NULL
         WHERE community_id = \(community) AND batch_id = \(batch)
           AND \(rawSQL: isRetryable)
        """
    }

    /// They are due at once: their day has come before.
    static func resume(_ batch: UUID, community: UUID) -> SQL {
        """
        UPDATE disbursement.batch SET state = 'executing', done_at = NULL, executes_on = NULL
         WHERE community_id = \(community) AND id = \(batch)
        """
    }
}
