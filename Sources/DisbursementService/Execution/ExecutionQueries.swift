import FoundationEssentials
import Postgres

/// A batch that is being carried out.
struct ApprovedBatch: Sendable {
    /// What names a batch in the whole installation.
    struct Key: Sendable {
        let community: UUID
        let id: UUID

        init(_ key: (community: UUID, id: UUID)) {
            (community, id) = key
        }
    }

    let key: Key
    /// The lines of this day and of those before are paid; all of them without one.
    let today: Day?
    var community: UUID { key.community }
}

/// Carrying batches out.
enum ExecutionQueries {
    /// Whether the day of a batch `b` of the community `c` has come.
    private static let isDue = """
        b.state IN ('approved', 'executing')
        AND (b.executes_on IS NULL
             OR b.executes_on <= (clock_timestamp() AT TIME ZONE c.time_zone)::date)
        """

    /// Of all communities, the one that waits longest first.
    static let due: SQL = """
        SELECT b.community_id, b.id
          FROM disbursement.batch b
          JOIN accounts.community c ON c.community_id = b.community_id
         WHERE \(rawSQL: isDue)
         ORDER BY b.approved_at
        """

    /// Nil when it is not to be carried out now.
    static func find(
        _ key: ApprovedBatch.Key,
        locked isLocked: Bool,
        _ connection: Connection
    ) throws -> ApprovedBatch? {
        try connection.query(
            """
            SELECT CASE WHEN b.executes_on IS NOT NULL
                        THEN (clock_timestamp() AT TIME ZONE c.time_zone)::date END
              FROM disbursement.batch b
              JOIN accounts.community c ON c.community_id = b.community_id
             WHERE b.community_id = \(key.community) AND b.id = \(key.id)
               AND \(rawSQL: isDue)
               \(rawSQL: isLocked ? "FOR UPDATE OF b" : "")
            """
        ).first.map { try ApprovedBatch(key: key, today: $0.decode(Day?.self)) }
    }

    /// From now on it is too late to cancel all of it.
    static func begin(_ batch: ApprovedBatch, _ connection: Connection) throws {
        try connection.execute(
            """
            UPDATE disbursement.batch SET state = 'executing'
             WHERE community_id = \(batch.community) AND id = \(batch.key.id)
               AND state = 'approved'
            """
        )
    }

    /// From the first line without an outcome that is due to the last. That there is none is known without
    /// reading lines.
    static func openLines(
        of batch: ApprovedBatch,
        _ connection: Connection
    ) throws -> ClosedRange<Int32>? {
        func line(_ order: String) throws -> Int32? {
            try connection.query(
                """
                SELECT l.nr
                  FROM disbursement.batch_tally t
                 CROSS JOIN LATERAL (
                       SELECT nr FROM disbursement.line
                        WHERE community_id = \(batch.community) AND batch_id = \(batch.key.id)
                          AND state = 'acceptable'
                          AND (\(batch.today) IS NULL OR execution_on IS NULL
                               OR execution_on <= \(batch.today))
                        ORDER BY nr \(rawSQL: order) LIMIT 1) AS l
                 WHERE t.community_id = \(batch.community) AND t.batch_id = \(batch.key.id)
                   AND t.state = 'acceptable' AND t.count > 0
                """
            ).first?.decode(Int32.self)
        }
        guard let first = try line("ASC"), let last = try line("DESC") else { return nil }
        return first...last
    }

    /// Credits the open lines with these numbers, of a batch that is to be carried out now; whether they
    /// were ours to credit.
    static func credit(
        _ lines: ClosedRange<Int32>,
        of batch: ApprovedBatch.Key,
        _ connection: Connection
    ) throws -> Bool {
        try connection.query(
            """
            SELECT disbursement.credit_lines(
                \(batch.community), \(batch.id), \(lines.lowerBound), \(lines.upperBound))
            """
        ).one().decode(Bool.self)
    }

    /// The batch waits for the next day of its open lines, or is done. It is locked.
    static func conclude(_ batch: ApprovedBatch, _ connection: Connection) throws {
        let next = try connection.query(
            """
            SELECT (SELECT min(execution_on) FROM disbursement.line
                     WHERE community_id = t.community_id AND batch_id = t.batch_id
                       AND state = 'acceptable')
              FROM disbursement.batch_tally t
             WHERE t.community_id = \(batch.community) AND t.batch_id = \(batch.key.id)
               AND t.state = 'acceptable' AND t.count > 0
            """
        ).first?.decode(Day?.self)
        if let next {
            try connection.execute(
                """
                UPDATE disbursement.batch SET executes_on = \(next)
                 WHERE community_id = \(batch.community) AND id = \(batch.key.id)
                """
            )
            return
        }
        try connection.execute(
            """
            UPDATE disbursement.batch
               SET done_at = clock_timestamp(),
                   state = CASE WHEN EXISTS (
                       SELECT FROM disbursement.batch_tally t
                        WHERE t.community_id = \(batch.community)
                          AND t.batch_id = \(batch.key.id) AND t.state = 'failed'
                          AND t.count > 0) THEN 'partly-done' ELSE 'done' END
             WHERE community_id = \(batch.community) AND id = \(batch.key.id)
            """
        )
    }
}
