import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// The SQL of departures.
enum DepartureQueries {
    /// Adds nothing while another departure of the person stands.
    static func insert(
        _ report: DepartureReport,
        on day: CalendarDate,
        _ act: ReportDeparture
    ) -> SQL {
        """
        INSERT INTO disbursement.departure (community_id, id, party_id, kind, departed_on, note,
                                            reported_by, reported_at)
        VALUES (\(act.community), \(act.id), \(act.person), \(report.kind.rawValue),
                \(day.description)::text::date, \(report.note), \(act.client),
                \(Timestamp(act.now)))
        ON CONFLICT (community_id, party_id) WHERE state NOT IN ('dropped', 'ended') DO NOTHING
        """
    }

    /// Stands still until the transaction ends. Throws 404 without one.
    static func lock(_ id: UUID, _ community: UUID, _ connection: Connection) throws -> Departure {
        let found = try connection.query(
            """
            SELECT FROM disbursement.departure
             WHERE community_id = \(community) AND id = \(id) AND kind <> 'erased' FOR UPDATE
            """
        )
        guard !found.isEmpty else { throw Problem.notFound("departure") }
        return try departures(connection.query(find(id, community)))[0]
    }

    /// Nobody proposes to pay the person, and no line is credited, until the transaction ends; what is being
    /// credited is waited for. Taken before rows of standing instructions.
    static func hold(_ person: UUID, _ community: UUID) -> SQL {
        """
        SELECT pg_advisory_xact_lock(disbursement.departure_key(\(person))),
               pg_advisory_xact_lock(disbursement.departures_key(\(community)))
        """
    }

    /// Throws 409 for whoever departed. The departure of anybody else is not confirmed until the
    /// transaction ends.
    static func requirePresent(
        _ person: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.query(
            "SELECT pg_advisory_xact_lock_shared(disbursement.departure_key(\(person)))"
        )
        let gone = try connection.query(
            """
            SELECT FROM disbursement.departure
             WHERE community_id = \(community) AND party_id = \(person) AND state = 'confirmed'
            """
        )
        guard gone.isEmpty else {
            throw Problem(.receiverGone, "The person died or moved away, as two people have said.")
        }
    }

    /// Stops what the person is paid every month, from the day on; an earlier stop stays.
    static func stopStanding(for departure: Departure, _ community: UUID, by client: UUID) -> SQL {
        """
        UPDATE disbursement.standing_instruction
           SET stopped_from = \(departure.departedOn)::text::date,
               stop_reason = \(departure.kind.rawValue), stopped_by = \(client),
               waiting_reason = NULL, look_at = clock_timestamp()
         WHERE community_id = \(community) AND party_id = \(departure.personId.uuid)
           AND (stopped_from IS NULL OR stopped_from > \(departure.departedOn)::text::date)
        """
    }

    /// Announces recalls of what is left, where the programme says so and none is open yet.
    static func recall(for departure: Departure, _ community: UUID, at now: Instant) -> SQL {
        """
        INSERT INTO disbursement.recall (community_id, id, grant_id, programme_id, party_id, most,
                                         reason, announced_by, announced_at, due_at)
        SELECT \(community), disbursement.id_at(\(Timestamp(now))), g.id, g.programme_id,
               g.party_id, NULL, \(departure.kind.reason), \(departure.reportedBy.uuid),
               \(Timestamp(now)),
               \(Timestamp(now)) + make_interval(days => coalesce(
                   r.recall_waiting_days, \(Int32(GrantRulesQueries.usual.recallWaitingDays))))
          FROM disbursement.grants(\(community), \(departure.personId.uuid), NULL) AS g
          LEFT JOIN disbursement.grant_rules r
            ON r.community_id = \(community) AND r.programme_id = g.programme_id
         WHERE g.left_over > 0
           AND CASE \(departure.kind.rawValue)::text
               WHEN 'died' THEN coalesce(r.on_death, \(GrantRulesQueries.usual.onDeath?.rawValue))
               ELSE coalesce(r.on_move_away, \(GrantRulesQueries.usual.onMoveAway?.rawValue))
               END = 'recall'
         ORDER BY g.id
        ON CONFLICT (community_id, grant_id) WHERE state IN ('announced', 'objected') DO NOTHING
        """
    }

    /// Withdraws the recalls that a departure announced, in its own moment, and that took nothing
    /// yet.
    static func withdrawRecalls(
        of departure: UUID,
        because reason: String,
        _ act: EndDeparture
    ) -> SQL {
        """
        UPDATE disbursement.recall r
           SET state = 'withdrawn', withdrawal_reason = \(reason), withdrawn_by = \(act.client),
               ended_at = \(Timestamp(act.now))
          FROM disbursement.departure d
         WHERE d.community_id = \(act.community) AND d.id = \(departure)
           AND r.community_id = d.community_id AND r.party_id = d.party_id
           AND r.announced_at = d.decided_at AND r.announced_by = d.reported_by
           AND r.state IN ('announced', 'objected')
        """
    }

    private static let columns = """
        SELECT id, party_id, kind, departed_on::text, note, state, reported_by, reported_at,
               decided_at, ended_by, ended_at, ending_reason, recalls, stopped_standing
          FROM disbursement.departure
        """

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
         WHERE community_id = \(community) AND id = \(id) AND kind <> 'erased'
        """
    }

    /// Newest first. Of people who were erased nothing is told.
    static func list(_ state: String?, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE community_id = \(community) AND kind <> 'erased'
           AND (\(state)::text IS NULL OR state = \(state))
           AND (\(before)::uuid IS NULL OR id < \(before))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func departures(_ rows: Rows) throws -> [Departure] {
        try rows.map { row in
            let (
                id, person, kindText, day, note, stateText, reportedBy, reportedAt, decidedAt,
                endedBy, endedAt, endingReason, recalls, stopped
            ) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                String.self,
                String?.self,
                String.self,
                UUID.self,
                Timestamp.self,
                Timestamp?.self,
                UUID?.self,
                Timestamp?.self,
                String?.self,
                Int32.self,
                Int32.self
            )
            guard let kind = DepartureKind(rawValue: kindText),
                let state = DepartureState(rawValue: stateText)
            else { throw PostgresError.decoding("a departure of no known kind or state") }
            return Departure(
                id: Identifier(id),
                personId: Identifier(person),
                kind: kind,
                departedOn: day,
                note: note,
                state: state,
                reportedBy: Identifier(reportedBy),
                reportedAt: Instant(reportedAt),
                decidedAt: decidedAt.map { Instant($0) },
                endedBy: endedBy.map { Identifier($0) },
                endedAt: endedAt.map { Instant($0) },
                endingReason: endingReason,
                recalls: Int(recalls),
                stoppedStandingInstructions: Int(stopped)
            )
        }
    }
}

extension DepartureKind {
    /// As the receiver of a recall, or the heirs, read it.
    fileprivate var reason: String {
        switch self {
        case .died: "Overlijden / death of the receiver"
        case .movedAway: "Verhuizing / moved out of the community"
        }
    }
}
