import API
import FoundationEssentials
import Postgres

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

    /// Decides about parked lines, about all of them without numbers; answers about how many. The batch
    /// is locked.
    static func decide(
        _ decision: ParkingVerdict,
        about lines: [Int32]?,
        of batch: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> Int {
        let isDropped = decision == .drop
        return try connection.execute(
            """
            UPDATE disbursement.instruction
               SET state = CASE WHEN \(isDropped) THEN 'dropped' ELSE 'acceptable' END,
                   refusal_code = CASE WHEN \(isDropped) THEN 'AM05' END
             WHERE community_id = \(community) AND batch_id = \(batch) AND state = 'parked'
               AND (\(lines) IS NULL OR nr = ANY (\(lines)))
            """
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
