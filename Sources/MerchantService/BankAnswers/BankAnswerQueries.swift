import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// SQL about answers of the bank.
enum BankAnswerQueries {
    /// False when this file came before; waits for one that is being imported.
    static func insert(_ act: ImportBankAnswer, _ connection: Connection) throws -> Bool {
        try connection.execute(
            """
            INSERT INTO merchant.bank_answer (community_id, id, sha256, message_type, message_id,
                                              imported_by, imported_at)
            VALUES (\(act.community), \(act.id), \(act.file.sha256), \(act.file.type.rawValue),
                    \(act.file.messageID), \(act.caller.client), \(Timestamp(act.now)))
            ON CONFLICT ON CONSTRAINT bank_answer_file_once DO NOTHING
            """
        ) == 1
    }

    static func insert(
        _ judged: [JudgedLine],
        of act: ImportBankAnswer,
        _ connection: Connection
    ) throws {
        let told = act.file.events.map(Told.init)
        _ = try connection.execute(
            """
            INSERT INTO merchant.bank_answer_line
                (community_id, bank_answer_id, nr, source_line, outcome, end_to_end_id,
                 original_message_id, amount, reason, settlement_id, redemption_id)
            SELECT \(act.community), \(act.id), l.nr, l.source_line, l.outcome, l.end_to_end,
                   l.message, l.amount, l.reason, l.settlement, l.redemption
              FROM unnest(\(told.indices.map { Int32($0 + 1) }), \(told.map(\.line)),
                          \(judged.map(\.outcome.rawValue)), \(told.map(\.endToEndID)),
                          \(told.map(\.messageID)), \(told.map(\.amount)), \(told.map(\.reason)),
                          \(judged.map(\.settlement)), \(judged.map(\.redemption)))
                   AS l (nr, source_line, outcome, end_to_end, message, amount, reason, settlement,
                         redemption)
            """
        )
    }

    private static let columns = """
        SELECT a.id, a.message_type, a.message_id, l.lines, l.settled, l.returned, l.attention,
               a.imported_at
          FROM merchant.bank_answer a
         CROSS JOIN LATERAL (
               SELECT count(*) AS lines,
                      count(*) FILTER (WHERE b.outcome = 'settled') AS settled,
                      count(*) FILTER (WHERE b.outcome = 'returned') AS returned,
                      count(*) FILTER (WHERE b.outcome IN
                          ('unknown', 'amount-differs', 'contradicts')) AS attention
                 FROM merchant.bank_answer_line b
                WHERE b.community_id = a.community_id AND b.bank_answer_id = a.id) AS l
        """

    /// The answer with these bytes, which is there.
    static func answer(
        _ sha256: [UInt8],
        _ community: UUID,
        _ connection: Connection
    ) throws -> BankAnswer {
        let found = try answers(
            connection.query(
                """
                \(rawSQL: columns)
                 WHERE a.community_id = \(community) AND a.sha256 = \(sha256)
                """
            )
        )
        guard let answer = found.first else { throw Problem.notFound("answer of the bank") }
        return answer
    }

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
         WHERE a.community_id = \(community) AND a.id = \(id)
        """
    }

    static func list(_ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE a.community_id = \(community) AND (\(before)::uuid IS NULL OR a.id < \(before))
         ORDER BY a.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func answers(_ rows: Rows) throws -> [BankAnswer] {
        try rows.map { row in
            let (id, type, message, lines, settled, returned, attention, importedAt) =
                try row.decode(
                    UUID.self,
                    String.self,
                    String?.self,
                    Int64.self,
                    Int64.self,
                    Int64.self,
                    Int64.self,
                    Timestamp.self
                )
            return BankAnswer(
                id: Identifier(id),
                messageType: type,
                messageId: message,
                lineCount: Int(lines),
                settledCount: Int(settled),
                returnedCount: Int(returned),
                attentionCount: Int(attention),
                importedAt: Instant(importedAt)
            )
        }
    }

    static func lines(
        of answer: UUID,
        _ community: UUID,
        outcome: String?,
        after number: Int32?,
        limit: Int
    ) -> SQL {
        """
        SELECT nr, source_line, outcome, end_to_end_id, original_message_id, amount, reason,
               settlement_id, redemption_id
          FROM merchant.bank_answer_line
         WHERE community_id = \(community) AND bank_answer_id = \(answer)
           AND (\(outcome)::text IS NULL OR outcome = \(outcome))
           AND nr > \(number ?? 0)
         ORDER BY nr LIMIT \(limit + 1)
        """
    }

    @Sendable static func lines(_ rows: Rows) throws -> [BankAnswerLine] {
        try rows.map { row in
            let (nr, source, outcome, endToEnd, message, amount, reason, settlement, redemption) =
                try row.decode(
                    Int32.self,
                    Int32.self,
                    String.self,
                    String?.self,
                    String?.self,
                    Int64?.self,
                    String?.self,
                    UUID?.self,
                    UUID?.self
                )
            guard let outcome = BankAnswerOutcome(rawValue: outcome) else {
                throw PostgresError.decoding("unknown outcome of a line of the bank")
            }
            return BankAnswerLine(
                nr: Int(nr),
                sourceLine: Int(source),
                outcome: outcome,
                endToEndId: endToEnd,
                originalMessageId: message,
                amount: amount.map { EuroAmount(cents: $0) },
                reason: reason,
                settlementId: settlement.map { Identifier($0) },
                redemptionId: redemption.map { Identifier($0) }
            )
        }
    }
}

/// What is kept of a line that a bank told: references and amounts, no names and no accounts.
private struct Told {
    let line: Int32
    let endToEndID: String?
    let messageID: String?
    let amount: Int64?
    let reason: String?

    init(_ event: BankMessageEvent) {
        switch event {
        case .answer(let answer):
            line = Int32(clamping: answer.line)
            endToEndID = Self.short(answer.originalEndToEndID, 140)
            messageID = Self.short(answer.originalMessageID, 140)
            amount = answer.amountMinorUnits
            reason = Self.short(answer.reason ?? answer.status, 35)
        case .movement(let movement):
            line = Int32(clamping: movement.line)
            endToEndID = Self.short(movement.endToEndID, 140)
            messageID = Self.short(movement.originalMessageID, 140)
            amount = movement.amountMinorUnits
            reason = Self.short(movement.returnReason, 35)
        }
    }

    private static func short(_ text: String?, _ length: Int) -> String? {
        text.map { String($0.prefix(length)) }
    }
}
