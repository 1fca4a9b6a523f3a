import API
import Domain
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// The SQL of paying what standing instructions say.
enum StandingPaymentQueries {
    /// Names a standing instruction in the whole installation.
    struct Key: Sendable {
        let community: UUID
        let id: UUID
    }

    /// To be looked at now, of all communities, the longest waiting first.
    static let due: SQL = """
        SELECT community_id, id FROM disbursement.standing_instruction
         WHERE look_at <= clock_timestamp() ORDER BY look_at LIMIT \(atOnce)
        """

    /// So many are taken on at a time.
    static let atOnce = 500

    @Sendable static func keys(_ rows: Rows) throws -> [Key] {
        try rows.map { row in
            let (community, id) = try row.decode(UUID.self, UUID.self)
            return Key(community: community, id: id)
        }
    }

    /// What the worker knows of one, its row locked; `nil` while another instance has it.
    struct Standing: Sendable {
        let programme: UUID
        let reference: String?
        let client: UUID
        /// The wallet of a person; none before enrolment.
        let wallet: UUID?
        /// The account of an association.
        let subsidised: UUID?
        let attempts: Int32
        let schedule: StandingSchedule
        /// The last month that was paid.
        let paid: CalendarDate?
    }

    static func lock(_ key: Key, _ connection: Connection) throws -> Standing? {
        let found = try connection.query(
            """
            SELECT s.programme_id, s.reference, s.created_by, s.attempts, s.on_closed_day,
                   s.stopped_from::text,
                   (SELECT w.id FROM wallet.wallet w
                     WHERE w.community_id = s.community_id AND w.party_id = s.party_id),
                   (SELECT max(m.month)::text FROM disbursement.standing_payment m
                     WHERE m.community_id = s.community_id AND m.instruction_id = s.id),
                   CASE s.purpose WHEN 'subsidy' THEN disbursement.subsidised_account(
                       s.community_id, s.party_id, g.coin) END
              FROM disbursement.standing_instruction s
              JOIN disbursement.programme g
                ON g.community_id = s.community_id AND g.id = s.programme_id
             WHERE s.community_id = \(key.community) AND s.id = \(key.id)
               AND s.look_at <= clock_timestamp()
               FOR UPDATE OF s SKIP LOCKED
            """
        ).first
        guard let found else { return nil }
        let (
            programme, reference, client, attempts, onClosedDay, stopped, wallet, paid,
            subsidised
        ) =
            try found.decode(
                UUID.self,
                String?.self,
                UUID.self,
                Int32.self,
                String.self,
                String?.self,
                UUID?.self,
                String?.self,
                UUID?.self
            )
        guard let rule = ClosedDayRule(rawValue: onClosedDay) else {
            throw PostgresError.decoding("an unknown rule for closed days")
        }
        return Standing(
            programme: programme,
            reference: reference,
            client: client,
            wallet: wallet,
            subsidised: subsidised,
            attempts: attempts,
            schedule: StandingSchedule(
                terms: try terms(of: key, connection),
                onClosedDay: rule,
                stoppedFrom: try stopped.map(StandingInstructionQueries.date)
            ),
            paid: try paid.map(StandingInstructionQueries.date)
        )
    }

    private static func terms(of key: Key, _ connection: Connection) throws
        -> [StandingSchedule.Term]
    {
        try connection.query(
            """
            SELECT nr, amount, day, from_on::text, until_on::text
              FROM disbursement.standing_term
             WHERE community_id = \(key.community) AND instruction_id = \(key.id)
               AND state = 'approved'
             ORDER BY nr
            """
        ).map { row in
            let (nr, amount, day, from, until) = try row.decode(
                Int32.self,
                Int64.self,
                Int32.self,
                String.self,
                String?.self
            )
            return StandingSchedule.Term(
                nr: nr,
                amount: amount,
                day: Int(day),
                from: try StandingInstructionQueries.date(from),
                until: try until.map(StandingInstructionQueries.date)
            )
        }
    }

    /// Why the rules of the programme refuse this much now, in minor units; `nil` when they do not.
    static func refusal(
        of amount: Int64,
        for standing: Standing,
        _ community: UUID,
        _ connection: Connection
    ) throws -> String? {
        try connection.query(
            """
            SELECT disbursement.refused_standing(
                \(community), \(standing.programme), \(standing.wallet), \(amount))
            """
        ).one().decode(String?.self)
    }

    /// Keeps what was paid; the month's row is there once.
    static func record(
        _ payment: StandingSchedule.Payment,
        of key: Key,
        transfer: UUID,
        at moment: Timestamp
    ) -> SQL {
        """
        INSERT INTO disbursement.standing_payment (
            community_id, instruction_id, month, transfer_id, term_nr, amount, due_on, paid_at)
        VALUES (\(key.community), \(key.id), \(payment.month.description)::text::date,
                \(transfer), \(payment.term.nr), \(payment.term.amount),
                \(payment.due.description)::text::date, \(moment))
        """
    }

    /// Nothing is in the way any more; the worker looks again when a day begins, or never.
    static func rest(_ key: Key, until day: CalendarDate?) -> SQL {
        """
        UPDATE disbursement.standing_instruction s
           SET waiting_reason = NULL, attempts = 0,
               look_at = (\(day?.description)::text::date)::timestamp AT TIME ZONE c.time_zone
          FROM accounts.community c
         WHERE s.community_id = \(key.community) AND s.id = \(key.id)
           AND c.community_id = s.community_id
        """
    }

    /// Something is in the way: tried again after ten seconds, twenty, forty … an hour at most.
    static func wait(_ key: Key, because reason: String) -> SQL {
        """
        UPDATE disbursement.standing_instruction
           SET waiting_reason = \(reason), attempts = attempts + 1,
               look_at = clock_timestamp()
                       + least(interval '1 hour', interval '10 seconds' * 2 ^ least(attempts, 10))
         WHERE community_id = \(key.community) AND id = \(key.id)
        """
    }

    /// The newest month first.
    static func list(_ id: UUID, _ community: UUID, before month: String?, limit: Int) -> SQL {
        """
        SELECT to_char(m.month, 'YYYY-MM'), m.due_on::text, m.amount, p.coin, m.transfer_id,
               m.paid_at
          FROM disbursement.standing_payment m
          JOIN disbursement.standing_instruction s
            ON s.community_id = m.community_id AND s.id = m.instruction_id
          JOIN disbursement.programme p
            ON p.community_id = s.community_id AND p.id = s.programme_id
         WHERE m.community_id = \(community) AND m.instruction_id = \(id)
           AND (\(month)::text IS NULL OR m.month < (\(month) || '-01')::date)
         ORDER BY m.month DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func payments(_ rows: Rows) throws -> [StandingPayment] {
        try rows.map { row in
            let (month, due, amount, coin, transfer, paidAt) = try row.decode(
                String.self,
                String.self,
                Int64.self,
                String.self,
                UUID.self,
                Timestamp.self
            )
            let digits = CoinDigits(code: coin, digits: CoinDigits.pegged)
            return StandingPayment(
                month: month,
                dueOn: due,
                amount: digits.amount(amount),
                transferId: Identifier(transfer),
                paidAt: Instant(paidAt)
            )
        }
    }
}
