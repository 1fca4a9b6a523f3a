import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// A batch that is being carried out.
struct ApprovedBatch: Sendable {
    /// What names a batch in the whole installation.
    struct Key: Sendable {
        let community: UUID
        let id: UUID

        init(_ key: (community: UUID, id: UUID)) {
            (community, id) = key
        }
    }

    let key: Key
    let commitment: Commitment
    let approvedBy: UUID
    /// The lines of this day and of those before are paid; all of them without one.
    let today: Day?
    var community: UUID { key.community }
    var programme: ProgrammeAccounts { commitment.programme }
}

/// A line without an outcome, and the wallet that it finds now.
struct OpenLine: Sendable {
    let nr: Int32
    let id: UUID
    let amount: Int64
    let remittance: String?
    let wallet: UUID?
    /// Whether the creditor, who has no wallet, may still get one.
    let mayCome: Bool
}

/// Carrying batches out.
enum ExecutionQueries {
    /// Whether the day of a batch `b` of the community `c` has come.
    private static let isDue = """
        b.state IN ('approved', 'executing')
        AND (b.executes_on IS NULL
             OR b.executes_on <= (clock_timestamp() AT TIME ZONE c.time_zone)::date)
        """

    /// Of all communities, the one that waits longest first.
    static let due: SQL = """
        SELECT b.community_id, b.id
          FROM disbursement.batch b
          JOIN accounts.community c ON c.community_id = b.community_id
         WHERE \(rawSQL: isDue)
         ORDER BY b.approved_at
        """

    /// What a batch is looked up for.
    enum Purpose: String {
        /// To see what there is to do.
        case toLook = ""
        /// To credit some of its lines, together with others who do.
        case toCredit = "FOR SHARE OF b"
        /// To end it, when every set that is under way has ended.
        case toEnd = "FOR UPDATE OF b"
    }

    /// Nil when it is not to be carried out now.
    static func find(
        _ key: ApprovedBatch.Key,
        _ purpose: Purpose,
        _ connection: Connection
    ) throws -> ApprovedBatch? {
        let found = try connection.query(
            """
            SELECT b.programme_id, b.approved_by, b.commitment_account_id,
                   CASE WHEN b.executes_on IS NOT NULL
                        THEN (clock_timestamp() AT TIME ZONE c.time_zone)::date END
              FROM disbursement.batch b
              JOIN accounts.community c ON c.community_id = b.community_id
             WHERE b.community_id = \(key.community) AND b.id = \(key.id)
               AND \(rawSQL: isDue)
               \(rawSQL: purpose.rawValue)
            """
        ).first?.decode(UUID.self, UUID.self, UUID.self, Day?.self)
        guard let (programmeID, approvedBy, account, today) = found,
            let programme = try ProgrammeAccounts.find(
                programmeID,
                community: key.community,
                connection
            )
        else { return nil }
        let commitment = Commitment(
            account: account,
            programme: programme,
            community: key.community
        )
        return ApprovedBatch(
            key: key,
            commitment: commitment,
            approvedBy: approvedBy,
            today: today
        )
    }

    /// From now on it is too late to cancel.
    static func begin(_ batch: ApprovedBatch, _ connection: Connection) throws {
        try connection.execute(
            """
            UPDATE disbursement.batch SET state = 'executing'
             WHERE community_id = \(batch.community) AND id = \(batch.key.id)
               AND state = 'approved'
            """
        )
    }

    /// Whether nobody else works at a set of a batch; nobody else does until the transaction ends.
    static func claim(
        set number: Int32,
        of batch: ApprovedBatch.Key,
        _ connection: Connection
    ) throws -> Bool {
        let name = "disbursement/credits/\(batch.id)/\(number)"
        return try connection.query(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(\(name), 0))"
        ).one().decode(Bool.self)
    }

    /// From the first line without an outcome that is due to the last.
    static func openLines(
        of batch: ApprovedBatch,
        _ connection: Connection
    ) throws -> ClosedRange<Int32>? {
        let (first, last) = try connection.query(
            """
            SELECT min(nr), max(nr) FROM disbursement.instruction
             WHERE community_id = \(batch.community) AND batch_id = \(batch.key.id)
               AND state = 'acceptable'
               AND (\(batch.today) IS NULL OR execution_on IS NULL
                    OR execution_on <= \(batch.today))
            """
        ).one().decode(Int32?.self, Int32?.self)
        guard let first, let last else { return nil }
        return first...last
    }

    /// Those with a number in a range: to look for so many from the beginning would go, for every
    /// set, over all that were open before.
    static func openLines(
        of batch: ApprovedBatch,
        in numbers: ClosedRange<Int32>,
        _ connection: Connection
    ) throws -> [OpenLine] {
        try connection.query(
            """
            SELECT i.nr, i.id, i.amount, i.remittance, c.id,
                   \(rawSQL: CreditorQueries.mayCome)
              FROM (SELECT * FROM disbursement.instruction
                     WHERE community_id = \(batch.community) AND batch_id = \(batch.key.id)
                       AND state = 'acceptable'
                       AND nr BETWEEN \(numbers.lowerBound) AND \(numbers.upperBound)
                       AND (\(batch.today) IS NULL OR execution_on IS NULL
                            OR execution_on <= \(batch.today))
                    OFFSET 0) AS i
              LEFT JOIN LATERAL \(rawSQL: CreditorQueries.wallet) AS c ON true
             ORDER BY i.nr
            """
        ).map { row in
            let (nr, id, amount, remittance, wallet, mayCome) = try row.decode(
                Int32.self,
                UUID.self,
                Int64.self,
                String?.self,
                UUID?.self,
                Bool.self
            )
            return OpenLine(
                nr: nr,
                id: id,
                amount: amount,
                remittance: remittance,
                wallet: wallet,
                mayCome: mayCome
            )
        }
    }

    /// What became of lines whose numbers lie near each other: those in between are read along the key,
    /// however many the batch has.
    static func record(
        _ outcomes: [LineOutcome],
        of batch: ApprovedBatch,
        _ connection: Connection
    ) throws {
        let numbers = outcomes.map(\.nr)
        guard let first = numbers.min(), let last = numbers.max() else { return }
        try connection.execute(
            """
            UPDATE disbursement.instruction AS i
               SET state = o.state, wallet_id = o.wallet, credited_at = o.credited_at,
                   refusal_code = o.refusal
              FROM unnest(\(numbers), \(outcomes.map(\.state.rawValue)),
                          \(outcomes.map(\.wallet)), \(outcomes.map(\.creditedAt)),
                          \(outcomes.map(\.refusal)))
                   AS o (nr, state, wallet, credited_at, refusal)
             WHERE i.community_id = \(batch.community) AND i.batch_id = \(batch.key.id)
               AND i.nr BETWEEN \(first) AND \(last) AND i.nr = o.nr
            """
        )
    }

    /// No line is due any more: the batch waits for its next day, or is done.
    static func conclude(_ batch: ApprovedBatch, _ connection: Connection) throws {
        let next = try connection.query(
            """
            SELECT min(execution_on) FROM disbursement.instruction
             WHERE community_id = \(batch.community) AND batch_id = \(batch.key.id)
               AND state = 'acceptable'
            """
        ).one().decode(Day?.self)
        if let next {
            try connection.execute(
                """
                UPDATE disbursement.batch SET executes_on = \(next)
                 WHERE community_id = \(batch.community) AND id = \(batch.key.id)
                """
            )
            return
        }
        try connection.execute(
            """
            UPDATE disbursement.batch
               SET done_at = clock_timestamp(),
                   state = CASE WHEN EXISTS (
                       SELECT FROM disbursement.batch_tally t
                        WHERE t.community_id = \(batch.community)
                          AND t.batch_id = \(batch.key.id) AND t.state = 'failed'
                          AND t.count > 0) THEN 'partly-done' ELSE 'done' END
             WHERE community_id = \(batch.community) AND id = \(batch.key.id)
            """
        )
    }
}

/// Pots that receive a programme's coins.
enum Pots {
    /// Opens what does not exist yet, with its end; answers the pot of every wallet that receives now.
    static func open(
        in wallets: [UUID],
        of programme: ProgrammeAccounts,
        community: UUID,
        _ connection: Connection
    ) throws -> [UUID: UUID] {
        let distinct = Array(Set(wallets))
        guard !distinct.isEmpty else { return [:] }
        let rows = try connection.query(
            """
            SELECT wallet_id, pot_id
              FROM disbursement.open_pots(\(community), \(programme.id), \(distinct))
            """
        )
        var pots: [UUID: UUID] = [:]
        for row in rows {
            let (wallet, pot) = try row.decode(UUID.self, UUID.self)
            pots[wallet] = pot
        }
        return pots
    }
}
