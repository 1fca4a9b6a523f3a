import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of euros that arrived.
enum BankCreditQueries {
    /// Keeps the credits of a statement; answers those that no file told of before. The others are
    /// `repeated`, or `unclear` where the bank's reference does not tell that they are the same.
    static func insert(
        _ credits: [(id: UUID, credit: ToldCredit)],
        of act: ImportBankStatement,
        _ connection: Connection
    ) throws -> Set<UUID> {
        let told = credits.map(\.credit)
        let rows = try connection.query(
            """
            SELECT disbursement.keep_credits(
                \(act.community), \(act.id), \(act.caller.client), \(credits.map(\.id)),
                \(told.map(\.line)), \(told.map(\.iban)), \(told.map(\.amount)),
                \(told.map(\.bookedOn)), \(told.map(\.bankReference)), \(told.map(\.identity)),
                \(told.map { $0.payerName.map(ToldCredit.short) }),
                \(told.map { ($0.remittance ?? $0.creditorReference).map(ToldCredit.short) }),
                \(told.map { $0.kind == .arrived }))
            """
        )
        return Set(try rows.map { try $0.decode(UUID.self) })
    }

    /// Those that may have been told of before: for the same programme, another file told of as much on the
    /// same day, and not all banks give a credit the same reference, or any, in each of their files.
    static func keepUnclear(
        _ credits: [UUID],
        for programmes: [UUID],
        _ community: UUID,
        _ connection: Connection
    ) throws -> Set<UUID> {
        // Another import that has not ended may tell of them too.
        try connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('bank credits ' || \(community)::text, 0))"
        )
        let rows = try connection.query(
            """
            UPDATE disbursement.bank_credit AS c
               SET state = 'unclear'
              FROM unnest(\(credits), \(programmes)) AS m (credit, programme)
             WHERE c.community_id = \(community) AND c.id = m.credit AND EXISTS (
                   SELECT FROM disbursement.bank_credit k
                    WHERE k.community_id = \(community) AND k.programme_id = m.programme
                      AND k.state = 'funded' AND k.amount = c.amount
                      AND (k.booked_on = c.booked_on) IS NOT FALSE
                      AND k.statement_id <> c.statement_id)
            RETURNING c.id
            """
        )
        return Set(try rows.map { try $0.decode(UUID.self) })
    }

    /// Credits that name the programme they fund.
    static func markFunded(
        _ credits: [UUID],
        for programmes: [UUID],
        _ community: UUID,
        _ connection: Connection
    ) throws {
        try connection.execute(
            """
            UPDATE disbursement.bank_credit AS c
               SET state = 'funded', programme_id = f.programme, payer_name = NULL,
                   remittance = NULL
              FROM unnest(\(credits), \(programmes)) AS f (credit, programme)
             WHERE c.community_id = \(community) AND c.id = f.credit
            """
        )
    }

    /// What a person decided.
    enum Decision {
        case assigned(to: UUID)
        case dismissed(reason: String)
    }

    static func decide(
        _ credit: UUID,
        _ decision: Decision,
        by client: UUID,
        at moment: Instant,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        let (state, programme, reason): (BankCreditState, UUID?, String?) =
            switch decision {
            case .assigned(let programme): (.funded, programme, nil)
            case .dismissed(let reason): (.dismissed, nil, reason)
            }
        try connection.execute(
            """
            UPDATE disbursement.bank_credit
               SET state = \(state.rawValue), programme_id = \(programme),
                   dismissal_reason = \(reason), decided_by = \(client),
                   decided_at = \(Timestamp(moment)), payer_name = NULL, remittance = NULL
             WHERE community_id = \(community) AND id = \(credit)
            """
        )
    }

    private static let columns = """
        SELECT id, statement_id, source_line, state, iban, amount, booked_on::text, bank_reference,
               payer_name, remittance, programme_id, imported_by, decided_by, decided_at,
               dismissal_reason
          FROM disbursement.bank_credit
        """

    /// A credit, locked until the transaction ends, and who imported it.
    static func lock(
        _ id: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> StoredCredit? {
        try credits(
            connection.query(
                """
                \(rawSQL: columns)
                 WHERE community_id = \(community) AND id = \(id) FOR NO KEY UPDATE
                """
            )
        ).first
    }

    /// Newest first.
    static func list(
        _ community: UUID,
        state: String?,
        statement: UUID?,
        before: UUID?,
        limit: Int
    ) -> SQL {
        """
        \(rawSQL: columns)
         WHERE community_id = \(community)
           AND (\(state)::text IS NULL OR state = \(state))
           AND (\(statement)::uuid IS NULL OR statement_id = \(statement))
           AND (\(before)::uuid IS NULL OR id < \(before))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func credits(_ rows: Rows) throws -> [StoredCredit] {
        try rows.map { row in
            let (
                id, statement, line, state, iban, amount, bookedOn, reference, payer, remittance,
                programme, importedBy, decidedBy, decidedAt, reason
            ) = try row.decode(
                UUID.self,
                UUID.self,
                Int32.self,
                String.self,
                String.self,
                Int64.self,
                String?.self,
                String?.self,
                String?.self,
                String?.self,
                UUID?.self,
                UUID.self,
                UUID?.self,
                Timestamp?.self,
                String?.self
            )
            guard let state = BankCreditState(rawValue: state) else {
                throw PostgresError.decoding("unknown state of a credit of the bank")
            }
            let credit = BankCredit(
                id: Identifier(id),
                statementId: Identifier(statement),
                sourceLine: Int(line),
                state: state,
                iban: iban,
                amount: EuroAmount(cents: amount),
                bookedOn: bookedOn,
                bankReference: reference,
                payerName: payer,
                remittance: remittance,
                programmeId: programme.map { Identifier($0) },
                decidedBy: decidedBy.map { Identifier($0) },
                decidedAt: decidedAt.map { Instant($0) },
                dismissalReason: reason
            )
            return StoredCredit(credit: credit, cents: amount, importedBy: importedBy)
        }
    }
}

/// A credit with what decides about it.
struct StoredCredit: Sendable {
    let credit: BankCredit
    let cents: Int64
    let importedBy: UUID
}
