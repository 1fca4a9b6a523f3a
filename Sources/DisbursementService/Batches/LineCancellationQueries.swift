import FoundationEssentials
import ISO20022
import Postgres

/// Lines of a batch that are cancelled. The batch is locked.
struct LineCancellationQueries: Sendable {
    let batch: UUID
    let community: UUID
    /// Their numbers in the file, each once.
    let numbers: [Int32]

    /// How many of them are still to be paid, and their sum in minor units.
    func open(_ connection: Connection) throws -> (count: Int, amount: Int64) {
        let (count, amount) = try connection.query(
            """
            SELECT count(*), coalesce(sum(amount), 0)::bigint FROM disbursement.line
             WHERE community_id = \(community) AND batch_id = \(batch) AND nr = ANY (\(numbers))
               AND state = 'acceptable'
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
