import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// A programme whose euros arrive on a bank account.
struct FundedProgramme: Sendable {
    let id: UUID
    let coin: String
    /// The budget.
    let account: UUID
    let iban: String
    let reference: FundingReference
}

/// The SQL of fundings.
enum FundingQueries {
    static let referenceTaken = Problem(
        .fundingReferenceTaken,
        "Another programme has this reference, or had it."
    )

    /// Throws when another programme has a reference, or had it.
    static func requireUnused(
        _ reference: FundingReference,
        by programme: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        let isTaken = try connection.query(
            """
            SELECT disbursement.is_reference_taken(\(community), \(reference.text), \(programme))
            """
        ).one().decode(Bool.self)
        if isTaken { throw referenceTaken }
    }

    /// The bank account of a programme, which keeps it until the transaction ends; nil without one.
    static func account(
        of programme: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> String? {
        try connection.query(
            """
            SELECT funding_iban FROM disbursement.programme
             WHERE community_id = \(community) AND id = \(programme) FOR KEY SHARE
            """
        ).one().decode(String?.self)
    }

    /// Bank accounts that euros of programmes arrive on, also late ones on an account before.
    static func accounts(_ community: UUID) -> SQL {
        """
        SELECT funding_iban FROM disbursement.programme
         WHERE community_id = \(community) AND funding_iban IS NOT NULL
        UNION
        SELECT former_iban FROM disbursement.programme_change
         WHERE community_id = \(community) AND former_iban IS NOT NULL
        """
    }

    /// The programmes of these accounts.
    static func programmes(
        at accounts: Set<String>,
        _ community: UUID,
        _ connection: Connection
    ) throws -> [FundedProgramme] {
        try connection.query(
            """
            \(rawSQL: funded)
             WHERE community_id = \(community) AND funding_iban = ANY (\(Array(accounts)))
             ORDER BY id
            """
        ).map(decode)
    }

    /// A programme whose euros arrive on an account, or arrived there before it had another; else nil.
    static func programme(
        _ id: UUID,
        at account: String,
        _ community: UUID,
        _ connection: Connection
    ) throws -> FundedProgramme? {
        try connection.query(
            """
            \(rawSQL: funded)
             WHERE community_id = \(community) AND id = \(id)
               AND (funding_iban = \(account)
                    OR EXISTS (SELECT FROM disbursement.programme_change
                                WHERE community_id = \(community) AND programme_id = \(id)
                                  AND former_iban = \(account)))
            """
        ).first.map(decode)
    }

    private static let funded = """
        SELECT id, coin, account_id, funding_iban, funding_reference FROM disbursement.programme
        """

    @Sendable private static func decode(_ row: Row) throws -> FundedProgramme {
        let (id, coin, account, iban, reference) = try row.decode(
            UUID.self,
            String.self,
            UUID.self,
            String.self,
            String.self
        )
        guard let reference = FundingReference(reference) else {
            throw PostgresError.decoding("a funding reference without its form")
        }
        return FundedProgramme(
            id: id,
            coin: coin,
            account: account,
            iban: iban,
            reference: reference
        )
    }

    /// Whether the bank reference is new among those that people booked.
    static func insert(
        _ act: FundProgramme,
        amount: Int64,
        _ connection: Connection
    ) throws -> Bool {
        try connection.execute(
            """
            INSERT INTO disbursement.funding (community_id, id, programme_id, amount,
                                              bank_reference, funded_by, funded_at)
            VALUES (\(act.community), \(act.id), \(act.programme), \(amount),
                    \(act.creation.bankReference), \(act.caller.client), \(Timestamp(act.now)))
            ON CONFLICT (community_id, bank_reference) WHERE bank_credit_id IS NULL DO NOTHING
            """
        ) == 1
    }

    /// Fundings by credits of the bank that are `funded` already.
    static func insert(
        ofCredits credits: [UUID],
        by client: UUID,
        at moment: Instant,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO disbursement.funding (community_id, id, programme_id, amount,
                                              bank_reference, funded_by, funded_at,
                                              bank_credit_id)
            SELECT c.community_id, c.id, c.programme_id, c.amount,
                   coalesce(c.bank_reference, s.message_id, 'without reference'), \(client),
                   \(Timestamp(moment)), c.id
              FROM disbursement.bank_credit c
              JOIN disbursement.bank_statement s
                ON s.community_id = c.community_id AND s.id = c.statement_id
             WHERE c.community_id = \(community) AND c.id = ANY (\(credits))
            """
        )
    }
}
