import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// The SQL of statements of the bank.
enum BankStatementQueries {
    /// False when this file came before; waits for one that is being imported.
    static func insert(_ act: ImportBankStatement, _ connection: Connection) throws -> Bool {
        try connection.execute(
            """
            INSERT INTO disbursement.bank_statement (community_id, id, sha256, message_type,
                                                     message_id, other_count, imported_by,
                                                     imported_at)
            VALUES (\(act.community), \(act.id), \(act.file.sha256), \(act.file.type.rawValue),
                    \(act.file.messageID), \(act.file.otherCount), \(act.caller.client),
                    \(Timestamp(act.now)))
            ON CONFLICT ON CONSTRAINT bank_statement_file_once DO NOTHING
            """
        ) == 1
    }

    private static let columns = """
        SELECT s.id, s.message_type, s.message_id, c.credits, c.funded, c.open, s.other_count,
               s.imported_by, s.imported_at
          FROM disbursement.bank_statement s
         CROSS JOIN LATERAL (
               SELECT count(*) AS credits,
                      count(*) FILTER (WHERE b.state = 'funded') AS funded,
                      count(*) FILTER (WHERE b.state IN
                          ('unmatched', 'unclear', 'taken-back')) AS open
                 FROM disbursement.bank_credit b
                WHERE b.community_id = s.community_id AND b.statement_id = s.id) AS c
        """

    /// The statement with these bytes, which is there.
    static func statement(
        _ sha256: [UInt8],
        _ community: UUID,
        _ connection: Connection
    ) throws -> BankStatement {
        let found = try statements(
            connection.query(
                """
                \(rawSQL: columns)
                 WHERE s.community_id = \(community) AND s.sha256 = \(sha256)
                """
            )
        )
        guard let statement = found.first else {
            throw Problem.notFound("statement of the bank")
        }
        return statement
    }

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
         WHERE s.community_id = \(community) AND s.id = \(id)
        """
    }

    static func list(_ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE s.community_id = \(community) AND (\(before)::uuid IS NULL OR s.id < \(before))
         ORDER BY s.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func statements(_ rows: Rows) throws -> [BankStatement] {
        try rows.map { row in
            let (id, type, message, credits, funded, open, others, client, importedAt) =
                try row.decode(
                    UUID.self,
                    String.self,
                    String?.self,
                    Int64.self,
                    Int64.self,
                    Int64.self,
                    Int32.self,
                    UUID.self,
                    Timestamp.self
                )
            return BankStatement(
                id: Identifier(id),
                messageType: type,
                messageId: message,
                creditCount: Int(credits),
                fundedCount: Int(funded),
                openCount: Int(open),
                otherCount: Int(others),
                importedBy: Identifier(client),
                importedAt: Instant(importedAt)
            )
        }
    }
}
