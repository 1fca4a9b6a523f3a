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
            lines: try lines(of: id, community, connection),
            refusals: try refusals(of: id, community, connection)
        )
    }

    private static func lines(
        of batch: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> [ReportedBatch.Line] {
        try connection.query(
            """
            SELECT nr, payment_id, instruction_id, end_to_end_id, amount, state, refusal_code
              FROM disbursement.instruction
             WHERE community_id = \(community) AND batch_id = \(batch) ORDER BY nr
            """
        ).map { row in
            let (nr, paymentID, instructionID, endToEndID, amount, stateText, code) =
                try row.decode(
                    Int.self,
                    String.self,
                    String?.self,
                    String.self,
                    Int64.self,
                    String.self,
                    String?.self
                )
            guard let state = InstructionState(rawValue: stateText) else {
                throw PostgresError.decoding("unknown instruction state")
            }
            return ReportedBatch.Line(
                nr: nr,
                paymentID: paymentID,
                instructionID: instructionID,
                endToEndID: endToEndID,
                amount: amount,
                state: state,
                refusalCode: code
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
