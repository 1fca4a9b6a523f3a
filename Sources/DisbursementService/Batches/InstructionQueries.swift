import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Reading the lines of a batch.
enum InstructionQueries {
    /// The wallet that an instruction `i` finds now, by linked IBAN or by alias; no row without. An
    /// IBAN that nobody has verified is a claim, and finds nobody.
    static let creditor = """
        (SELECT w.id
           FROM accounts.party y
           JOIN wallet.wallet w ON w.community_id = y.community_id AND w.party_id = y.id
          WHERE y.community_id = i.community_id AND y.iban_hash = i.iban_hash
            AND y.iban_verified_at IS NOT NULL
         UNION ALL
         SELECT w.id FROM wallet.wallet w
          WHERE w.community_id = i.community_id AND w.alias = i.alias)
        """

    /// In the order of the file.
    static func list(batch: UUID, community: UUID, after nr: Int32, limit: Int) -> SQL {
        """
        SELECT i.nr, i.end_to_end_id, i.instruction_id, i.creditor_name, i.creditor_masked,
               i.amount, p.coin, k.digits, i.state, i.alias IS NOT NULL,
               coalesce(i.wallet_id, c.id) IS NOT NULL, i.credited_at, i.returned_at,
               i.remittance
          FROM (SELECT * FROM disbursement.instruction
                 WHERE community_id = \(community) AND batch_id = \(batch) AND nr > \(nr)
                 ORDER BY nr LIMIT \(limit + 1)) AS i
          JOIN disbursement.batch b ON b.community_id = i.community_id AND b.id = i.batch_id
          JOIN disbursement.programme p
            ON p.community_id = b.community_id AND p.id = b.programme_id
          JOIN accounts.coin k ON k.community_id = p.community_id AND k.code = p.coin
          LEFT JOIN LATERAL \(rawSQL: creditor) AS c ON true
         ORDER BY i.nr
        """
    }

    @Sendable static func decode(_ row: Row) throws -> Instruction {
        let (
            nr, endToEndID, instructionID, name, masked, amount, code, digits, stateText, byAlias,
            isEnrolled, creditedAt, returnedAt, remittance
        ) = try row.decode(
            Int.self,
            String.self,
            String?.self,
            String.self,
            String.self,
            Int64.self,
            String.self,
            Int.self,
            String.self,
            Bool.self,
            Bool.self,
            Timestamp?.self,
            Timestamp?.self,
            String?.self
        )
        guard let state = InstructionState(rawValue: stateText) else {
            throw PostgresError.decoding("unknown instruction state")
        }
        let found: InstructionResolution =
            !isEnrolled ? .notEnrolled : byAlias ? .alias : .iban
        return Instruction(
            line: nr,
            endToEndId: endToEndID,
            instructionId: instructionID,
            creditorName: name,
            creditorMasked: masked,
            amount: CoinDigits(code: code, digits: digits).amount(amount),
            state: state,
            resolution: state == .refused ? nil : found,
            creditedAt: creditedAt.map { Instant($0) },
            returnedAt: returnedAt.map { Instant($0) },
            remittance: remittance
        )
    }
}
