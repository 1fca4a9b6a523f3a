import FoundationEssentials
import ISO20022
import Postgres

/// A line whose coins can go back to its programme.
struct ReturnableLine: ReservedLine, Sendable {
    let batch: UUID
    let nr: Int32
    let id: UUID
    let amount: Int64
}

/// Finding coins that nobody came for, and recording that they went back.
enum ReturnQueries {
    /// The time counts from when the coins were set apart. Coins whose receiver is known by now are about
    /// to land; a day later they return as well, because then something keeps them from landing.
    private static let isOverdue = """
        i.waiting_since + make_interval(days => p.waiting_days) < now()
        AND (i.waiting_since + make_interval(days => p.waiting_days + 1) < now()
             OR NOT EXISTS (SELECT FROM \(CreditorQueries.wallet)))
        """

    /// Communities and programmes with at least one such line.
    static let programmesWithReturns: SQL = """
        SELECT DISTINCT b.community_id, b.programme_id
          FROM disbursement.batch b
          JOIN disbursement.programme p
            ON p.community_id = b.community_id AND p.id = b.programme_id
         WHERE EXISTS (SELECT FROM disbursement.batch_tally t
                        WHERE t.community_id = b.community_id AND t.batch_id = b.id
                          AND t.state = 'waiting' AND t.count > 0)
           AND EXISTS (SELECT FROM disbursement.instruction i
                        WHERE i.community_id = b.community_id AND i.batch_id = b.id
                          AND i.state = 'waiting' AND \(rawSQL: isOverdue))
        """

    /// Lines that another instance has in hand are left out.
    static func lockOverdue(
        at place: ReservedPlace,
        after cursor: UUID?,
        limit: Int,
        _ connection: Connection
    ) throws -> [ReturnableLine] {
        try connection.query(
            """
            SELECT i.batch_id, i.nr, i.id, i.amount
              FROM disbursement.programme p
              JOIN disbursement.batch b
                ON b.community_id = p.community_id AND b.programme_id = p.id
              JOIN disbursement.instruction i
                ON i.community_id = b.community_id AND i.batch_id = b.id
             WHERE p.community_id = \(place.community) AND p.id = \(place.programme)
               AND i.state = 'waiting' AND \(rawSQL: isOverdue)
               AND i.id > coalesce(\(cursor), '00000000-0000-0000-0000-000000000000'::uuid)
             ORDER BY i.id LIMIT \(limit)
               FOR UPDATE OF i SKIP LOCKED
            """
        ).map(decode)
    }

    /// Those of these lines of a batch that wait, in one order; whoever lands or returns them is waited
    /// for.
    static func lockWaiting(
        _ numbers: [Int32],
        of batch: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> [ReturnableLine] {
        try connection.query(
            """
            SELECT batch_id, nr, id, amount FROM disbursement.instruction
             WHERE community_id = \(community) AND batch_id = \(batch) AND nr = ANY (\(numbers))
               AND state = 'waiting'
             ORDER BY id FOR UPDATE
            """
        ).map(decode)
    }

    private static func decode(_ row: Row) throws -> ReturnableLine {
        let (batch, nr, id, amount) = try row.decode(
            UUID.self,
            Int32.self,
            UUID.self,
            Int64.self
        )
        return ReturnableLine(batch: batch, nr: nr, id: id, amount: amount)
    }

    /// Lines whose return is posted; with the code of why when their time was not over.
    static func record(
        _ lines: [ReturnableLine],
        at moment: Timestamp,
        because code: StatusReason? = nil,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        guard !lines.isEmpty else { return }
        try connection.execute(
            """
            UPDATE disbursement.instruction AS i
               SET state = 'returned', returned_at = \(moment), refusal_code = \(code?.rawValue)
              FROM unnest(\(lines.map(\.batch)), \(lines.map(\.nr))) AS l (batch, nr)
             WHERE i.community_id = \(community) AND i.batch_id = l.batch AND i.nr = l.nr
               AND i.state = 'waiting'
            """
        )
    }

    /// Keeps why somebody returned lines of a batch, and voids the codes that would find nothing any
    /// more.
    static func explain(
        _ lines: [ReturnableLine],
        _ reason: String,
        of batch: UUID,
        _ community: UUID,
        by client: UUID,
        _ connection: Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO disbursement.line_return (community_id, batch_id, nr, reason, returned_by)
            SELECT \(community), \(batch), nr, \(reason), \(client)
              FROM unnest(\(lines.map(\.nr))) AS nr
            """
        )
        _ = try connection.query(
            "SELECT disbursement.void_codes(\(community), \(batch), \(lines.map(\.nr)))"
        )
    }
}
