import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Lines that look paid already by another file.
enum ParkingQueries {
    /// Parks them, and answers how many there are. Files of a community are received one at a time.
    static func park(
        _ batch: UUID,
        within period: PaymentPeriod,
        community: UUID,
        _ connection: Connection
    ) throws -> Int64 {
        try connection.query(
            """
            SELECT disbursement.park_repeated(\(community), \(batch), \(period.rawValue))
            """
        ).one().decode(Int64.self)
    }

    /// Decides about parked lines, about all of them without numbers; answers about which. The batch is
    /// locked.
    static func decide(
        _ decision: ParkingVerdict,
        about lines: [Int32]?,
        of batch: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> [Int32] {
        let isDropped = decision == .drop
        return try connection.query(
            """
            UPDATE disbursement.instruction
               SET state = CASE WHEN \(isDropped) THEN 'dropped' ELSE 'acceptable' END,
                   refusal_code = CASE WHEN \(isDropped) THEN 'AM05' END
             WHERE community_id = \(community) AND batch_id = \(batch) AND state = 'parked'
               AND (\(lines) IS NULL OR nr = ANY (\(lines)))
            RETURNING nr
            """
        ).map { try $0.decode(Int32.self) }
    }

    /// Keeps a decision about lines of a batch.
    static func record(
        _ decision: ParkingDecision,
        id: UUID,
        about lines: [Int32],
        of batch: UUID,
        community: UUID,
        by client: UUID,
        at moment: Instant
    ) -> SQL {
        """
        INSERT INTO disbursement.parking_decision (community_id, batch_id, id, decision, lines,
                                                   reason, decided_by, decided_at)
        VALUES (\(community), \(batch), \(id), \(decision.decision.rawValue), \(lines),
                \(decision.reason), \(client), \(Timestamp(moment)))
        """
    }

    /// The first one first.
    static func decisions(
        about batch: UUID,
        community: UUID,
        after cursor: UUID?,
        limit: Int
    ) -> SQL {
        """
        SELECT id, decision, cardinality(lines), reason, decided_by, decided_at
          FROM disbursement.parking_decision
         WHERE community_id = \(community) AND batch_id = \(batch)
           AND (\(cursor)::uuid IS NULL OR id > \(cursor))
         ORDER BY id LIMIT \(limit + 1)
        """
    }

    @Sendable static func decode(_ row: Row) throws -> MadeParkingDecision {
        let (id, decision, count, reason, client, moment) = try row.decode(
            UUID.self,
            String.self,
            Int.self,
            String.self,
            UUID.self,
            Timestamp.self
        )
        guard let decision = ParkingVerdict(rawValue: decision) else {
            throw PostgresError.decoding("an unknown decision")
        }
        return MadeParkingDecision(
            id: Identifier(id),
            decision: decision,
            count: count,
            reason: reason,
            decidedBy: Identifier(client),
            decidedAt: Instant(moment)
        )
    }

    /// How many lines are still parked, and how many could be paid.
    static func left(
        of batch: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> (parked: Int, acceptable: Int) {
        let (parked, acceptable) = try connection.query(
            """
            SELECT sum(count) FILTER (WHERE state = 'parked'),
                   sum(count) FILTER (WHERE state = 'acceptable')
              FROM disbursement.batch_tally
             WHERE community_id = \(community) AND batch_id = \(batch)
            """
        ).one().decode(Int.self, Int.self)
        return (parked, acceptable)
    }
}
