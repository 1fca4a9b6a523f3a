import API
import FoundationEssentials
import ISO20022
import Postgres

/// Reading all that a status report tells.
enum ReportQueries {
    static func batch(
        _ id: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> ReportedBatch? {
        let head = try connection.query(
            """
            SELECT state, message_id, message_type, stated_count, stated_sum
              FROM disbursement.batch
             WHERE community_id = \(community) AND id = \(id) AND state <> 'receiving'
            """
        ).first?.decode(String.self, String?.self, String?.self, String?.self, String?.self)
        guard let (stateText, messageID, messageType, count, sum) = head else { return nil }
        guard let state = BatchState(rawValue: stateText) else {
            throw PostgresError.decoding("unknown batch state")
        }
        return ReportedBatch(
            state: state,
            messageID: messageID,
            messageType: messageType,
            statedCount: count.flatMap { Int($0) },
            statedSum: sum.flatMap { try? DecimalAmount.read($0).get() },
            outcomes: try outcomes(of: id, community, connection),
            refusals: try refusals(of: id, community, connection)
        )
    }

    /// Lines that are asked for at once.
    private static let outcomesAtOnce = 20_000

    private static func outcomes(
        of batch: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> LineOutcomes {
        var outcomes = LineOutcomes()
        var (last, block): (Int32, String?) = (0, nil)
        while true {
            let rows = try connection.query(
                """
                SELECT nr, payment_id, state, refusal_code FROM disbursement.line
                 WHERE community_id = \(community) AND batch_id = \(batch) AND nr > \(last)
                 ORDER BY nr LIMIT \(outcomesAtOnce)
                """
            )
            for row in rows {
                let (nr, paymentID, stateText, code) = try row.decode(
                    Int32.self,
                    String.self,
                    String.self,
                    String?.self
                )
                guard let state = InstructionState(rawValue: stateText) else {
                    throw PostgresError.decoding("unknown instruction state")
                }
                outcomes.add(state, refusalCode: code, beginsBlock: paymentID != block)
                (last, block) = (nr, paymentID)
            }
            if rows.count < outcomesAtOnce { return outcomes }
        }
    }

    /// What the next lines of a batch say of themselves, in the order of the file.
    static func lines(of batch: UUID, _ community: UUID, after nr: Int32, limit: Int) -> SQL {
        """
        SELECT nr, payment_id, instruction_id, end_to_end_id, amount
          FROM disbursement.instruction
         WHERE community_id = \(community) AND batch_id = \(batch) AND nr > \(nr)
         ORDER BY nr LIMIT \(limit)
        """
    }

    @Sendable static func lines(_ rows: Rows) throws -> [ReportedLine] {
        try rows.map { row in
            let (nr, paymentID, instructionID, endToEndID, amount) = try row.decode(
                Int32.self,
                String.self,
                String?.self,
                String.self,
                Int64.self
            )
            return ReportedLine(
                nr: nr,
                paymentID: paymentID,
                instructionID: instructionID,
                endToEndID: endToEndID,
                amount: amount
            )
        }
    }

    private static func refusals(
        of batch: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> [ReportedBatch.Refusal] {
        try connection.query(
            """
            SELECT level, instruction_nr, payment_id, code, text_english
              FROM disbursement.finding
             WHERE community_id = \(community) AND batch_id = \(batch) AND severity = 'refusal'
             ORDER BY nr
            """
        ).map { row in
            let (levelText, nr, paymentID, code, text) = try row.decode(
                String.self,
                Int?.self,
                String?.self,
                String.self,
                String.self
            )
            guard let level = FindingLevel(rawValue: levelText) else {
                throw PostgresError.decoding("unknown level of a finding")
            }
            return ReportedBatch.Refusal(
                level: level,
                nr: nr,
                paymentID: paymentID,
                code: code,
                text: text
            )
        }
    }
}
