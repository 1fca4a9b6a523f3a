import FoundationEssentials
import ISO20022
import Postgres

/// Lines of a batch that are cancelled. The batch is locked.
struct LineCancellationQueries: Sendable {
    let batch: UUID
    let community: UUID
    /// Their numbers in the file, each once.
    let numbers: [Int32]

    /// How many of them can be cancelled, and their sum in minor units: those still to be paid, and, once
    /// the batch is being carried out, only on a later day than today.
    func open(_ connection: Connection) throws -> (count: Int, amount: Int64) {
        let (count, amount) = try connection.query(
            """
            SELECT count(*), coalesce(sum(l.amount), 0)::bigint
              FROM disbursement.line l
              JOIN disbursement.batch b ON b.community_id = l.community_id AND b.id = l.batch_id
              JOIN accounts.community c ON c.community_id = b.community_id
             WHERE l.community_id = \(community) AND l.batch_id = \(batch)
               AND l.nr = ANY (\(numbers)) AND l.state = 'acceptable'
               AND (b.state <> 'executing'
                    OR b.executes_on IS NOT NULL
                       AND l.execution_on > (clock_timestamp() AT TIME ZONE c.time_zone)::date)
            """
        ).one().decode(Int.self, Int64.self)
        return (count, amount)
    }

    func drop(_ connection: Connection) throws {
        try connection.execute(
            """
            UPDATE disbursement.instruction
               SET state = 'dropped', refusal_code = \(StatusReason.DS02.rawValue)
             WHERE community_id = \(community) AND batch_id = \(batch) AND nr = ANY (\(numbers))
               AND state = 'acceptable'
            """
        )
    }

    /// The day of a batch is the first one of the lines that are left.
    func setDay(_ connection: Connection) throws {
        try connection.execute(
            """
            UPDATE disbursement.batch AS b SET executes_on = l.first_on
              FROM (SELECT min(execution_on) AS first_on FROM disbursement.line
                     WHERE community_id = \(community) AND batch_id = \(batch)
                       AND state IN ('acceptable', 'parked')) AS l
             WHERE b.community_id = \(community) AND b.id = \(batch)
               AND b.executes_on < l.first_on
            """
        )
    }
}
