import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// Reading the lines of a batch.
enum InstructionQueries {
    /// What ``decode(_:)`` reads, of a line `i`.
    static let columns = """
        i.batch_id, b.state, i.nr, i.end_to_end_id, i.instruction_id, i.creditor_name, i.creditor_masked,
        i.amount, p.coin, k.digits, i.state, i.creditor_kind,
        coalesce(i.wallet_id, c.id) IS NOT NULL, i.credited_at, \(grant), i.returned_at,
        r.reason, r.returned_by, i.remittance, i.repeats_batch_id, i.repeats_nr
        """

    /// The transfer that credited a line `i`, which has its id, or that of the end of its reservation.
    static let grant = """
        CASE WHEN i.credited_at IS NOT NULL THEN coalesce(
            (SELECT t.id FROM ledger.transfer t
              WHERE t.community_id = i.community_id AND t.id = i.id AND t.kind = 'disbursement'),
            (SELECT t.id FROM ledger.transfer t
              WHERE t.community_id = i.community_id AND t.kind = 'landing'
                AND t.id = overlay(i.id::text PLACING '8' FROM 15)::uuid)) END
        """

    /// What the columns are from, besides the line.
    static let joins = """
        JOIN disbursement.batch b ON b.community_id = i.community_id AND b.id = i.batch_id
        JOIN disbursement.programme p
          ON p.community_id = b.community_id AND p.id = b.programme_id
        JOIN accounts.coin k ON k.community_id = p.community_id AND k.code = p.coin
        LEFT JOIN LATERAL \(CreditorQueries.wallet) AS c ON true
        LEFT JOIN disbursement.line_return r
          ON r.community_id = i.community_id AND r.batch_id = i.batch_id AND r.nr = i.nr
        """

    /// In the order of the file; only those in the state, when one is given.
    static func list(
        batch: UUID,
        community: UUID,
        in state: InstructionState?,
        after nr: Int32,
        limit: Int
    ) -> SQL {
        """
        SELECT \(rawSQL: columns)
          FROM (SELECT * FROM disbursement.line
                 WHERE community_id = \(community) AND batch_id = \(batch) AND nr > \(nr)
                   AND (\(state?.rawValue) IS NULL OR state = \(state?.rawValue))
                 ORDER BY nr LIMIT \(limit + 1)) AS i
          \(rawSQL: joins)
         ORDER BY i.nr
        """
    }

    @Sendable static func decode(_ row: Row) throws -> FoundLine {
        let (
            batch, batchState, nr, endToEndID, instructionID, name, masked, amount, code, digits,
            stateText,
            kind,
            isEnrolled, creditedAt, grant, returnedAt, returnReason, returnedBy, remittance,
            repeatedBatch, repeatedLine
        ) = try row.decode(
            UUID.self,
            String.self,
            Int.self,
            String.self,
            String?.self,
            String.self,
            String.self,
            Int64.self,
            String.self,
            Int.self,
            String.self,
            String?.self,
            Bool.self,
            Timestamp?.self,
            UUID?.self,
            Timestamp?.self,
            String?.self,
            UUID?.self,
            String?.self,
            UUID?.self,
            Int?.self
        )
        guard let state = InstructionState(rawValue: stateText) else {
            throw PostgresError.decoding("unknown instruction state")
        }
        let found = kind.flatMap(CreditorKind.init).map(InstructionResolution.init)
        let instruction = Instruction(
            line: nr,
            endToEndId: endToEndID,
            instructionId: instructionID,
            creditorName: name,
            creditorMasked: masked,
            amount: CoinDigits(code: code, digits: digits).amount(amount),
            state: state,
            resolution: state == .refused ? nil : isEnrolled ? found : .notEnrolled,
            creditedAt: creditedAt.map { Instant($0) },
            grantId: grant.map { Identifier($0) },
            returnedAt: returnedAt.map { Instant($0) },
            returnReason: returnReason,
            returnedBy: returnedBy.map { Identifier($0) },
            remittance: remittance,
            repeats: repeatedBatch.flatMap { batch in
                repeatedLine.map { RepeatedLine(batchId: Identifier(batch), line: $0) }
            }
        )
        return FoundLine(
            batchId: Identifier(batch),
            batchState: try BatchQueries.state(batchState),
            instruction: instruction
        )
    }
}

extension InstructionResolution {
    /// How somebody is found whom a file names in this way.
    fileprivate init(_ kind: CreditorKind) {
        self =
            switch kind {
            case .iban: .iban
            case .alias: .alias
            case .card: .card
            case .activationCode: .activationCode
            case .clientNumber: .clientNumber
            }
    }
}
