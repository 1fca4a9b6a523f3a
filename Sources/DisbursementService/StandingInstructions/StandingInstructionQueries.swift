import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// The SQL of standing instructions and their terms.
enum StandingInstructionQueries {
    /// What a list is narrowed to.
    struct Filter: Sendable {
        let programme: UUID?
        let person: UUID?
        let termState: String?
    }

    /// The day that it is in the community.
    static func today(_ community: UUID, _ connection: Connection) throws -> CalendarDate {
        let text = try connection.query(
            """
            SELECT (clock_timestamp() AT TIME ZONE c.time_zone)::date::text
              FROM accounts.community c WHERE c.community_id = \(community)
            """
        ).one().decode(String.self)
        return try date(text)
    }

    static func insert(
        _ act: CreateStandingInstruction,
        _ creation: StandingInstructionCreation,
        payee: UUID
    ) -> SQL {
        """
        INSERT INTO disbursement.standing_instruction (
            community_id, id, programme_id, party_id, purpose, reference, on_closed_day,
            created_by, created_at)
        VALUES (\(act.community), \(act.id), \(act.programme), \(payee),
                \((creation.purpose ?? .benefit).rawValue), \(creation.reference),
                \((creation.onClosedDay ?? .same).rawValue), \(act.client),
                \(Timestamp(act.now)))
        """
    }

    /// Whether an association can be paid in a coin.
    static func isSubsidised(
        _ merchant: UUID,
        coin: String,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Bool {
        let account: UUID? = try connection.query(
            "SELECT disbursement.subsidised_account(\(community), \(merchant), \(coin))"
        ).one().decode(UUID?.self)
        return account != nil
    }

    /// Proposes the next term.
    static func propose(
        _ proposal: ProposeTerm,
        for instruction: UUID,
        _ community: UUID
    ) -> SQL {
        """
        INSERT INTO disbursement.standing_term (
            community_id, instruction_id, nr, amount, day, from_on, until_on, proposed_by,
            proposed_at)
        SELECT \(community), \(instruction), coalesce(max(t.nr), 0) + 1, \(proposal.amount),
               \(Int32(proposal.day)), \(proposal.from.description)::text::date,
               \(proposal.until?.description)::text::date, \(proposal.client),
               \(Timestamp(proposal.now))
          FROM disbursement.standing_term t
         WHERE t.community_id = \(community) AND t.instruction_id = \(instruction)
        """
    }

    /// Stands still until the transaction ends. Throws 404 without one.
    static func lock(_ id: UUID, _ community: UUID, _ connection: Connection) throws
        -> StandingInstruction
    {
        let found = try connection.query(
            """
            SELECT FROM disbursement.standing_instruction
             WHERE community_id = \(community) AND id = \(id) FOR UPDATE
            """
        )
        guard !found.isEmpty else { throw Problem.notFound("standing instruction") }
        return try instructions(connection.query(find(id, community)))[0]
    }

    /// Has the worker look at it, now.
    static func wake(_ id: UUID, _ community: UUID) -> SQL {
        """
        UPDATE disbursement.standing_instruction
           SET look_at = clock_timestamp(), attempts = 0
         WHERE community_id = \(community) AND id = \(id)
        """
    }

    private static let columns = """
        SELECT s.id, s.programme_id, p.name, p.coin, s.party_id, s.purpose, s.reference,
               s.on_closed_day, s.waiting_reason, s.stopped_from::text, s.created_by,
               s.created_at, t.nrs, t.amounts, t.days, t.froms, t.untils, t.states, t.needed,
               a.nrs, a.approvers, a.moments
          FROM disbursement.standing_instruction s
          JOIN disbursement.programme p
            ON p.community_id = s.community_id AND p.id = s.programme_id
         CROSS JOIN LATERAL (
                SELECT array_agg(e.nr ORDER BY e.nr) AS nrs,
                       array_agg(e.amount ORDER BY e.nr) AS amounts,
                       array_agg(e.day ORDER BY e.nr) AS days,
                       array_agg(e.from_on::text ORDER BY e.nr) AS froms,
                       array_agg(coalesce(e.until_on::text, '') ORDER BY e.nr) AS untils,
                       array_agg(e.state ORDER BY e.nr) AS states,
                       array_agg(e.approvals_needed ORDER BY e.nr) AS needed
                  FROM disbursement.standing_term e
                 WHERE e.community_id = s.community_id AND e.instruction_id = s.id) AS t
         CROSS JOIN LATERAL (
                SELECT coalesce(array_agg(e.nr ORDER BY e.approved_at, e.approved_by), '{}')
                           AS nrs,
                       coalesce(array_agg(e.approved_by ORDER BY e.approved_at, e.approved_by),
                                '{}') AS approvers,
                       coalesce(array_agg(e.approved_at ORDER BY e.approved_at, e.approved_by),
                                '{}') AS moments
                  FROM disbursement.standing_approval e
                 WHERE e.community_id = s.community_id AND e.instruction_id = s.id) AS a
        """

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        "\(rawSQL: columns) WHERE s.community_id = \(community) AND s.id = \(id)"
    }

    /// Newest first.
    static func list(_ filter: Filter, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE s.community_id = \(community)
           AND (\(filter.programme)::uuid IS NULL OR s.programme_id = \(filter.programme))
           AND (\(filter.person)::uuid IS NULL OR s.party_id = \(filter.person))
           AND (\(filter.termState)::text IS NULL OR \(filter.termState) = ANY (t.states))
           AND (\(before)::uuid IS NULL OR s.id < \(before))
         ORDER BY s.id DESC LIMIT \(limit + 1)
        """
    }

    static func date(_ text: String) throws -> CalendarDate {
        guard let date = CalendarDate(xmlDate: text) else {
            throw PostgresError.decoding("a date that is none")
        }
        return date
    }
}
