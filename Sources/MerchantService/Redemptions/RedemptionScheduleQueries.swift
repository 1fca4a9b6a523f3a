import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// SQL about schedules of redemptions.
enum RedemptionScheduleQueries {
    /// Speaks when a schedule was set, so that one that is due today does not wait.
    static let channel = "merchant_redemption_schedule"

    /// A day of a schedule that has come, held until the transaction ends.
    struct Due: Sendable {
        let community: UUID
        let merchant: UUID
        let day: Day
        let minimum: Int64
        let setBy: UUID
    }

    /// Sets the schedule of a merchant: its next day is the first such weekday from today on, after
    /// the last one that came.
    static func set(
        _ act: SetRedemptionSchedule,
        minimum: Int64,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.redemption_schedule AS s
                (community_id, merchant_id, weekday, minimum, is_active, next_on, set_by, set_at)
            SELECT c.community_id, \(act.merchant), \(Int16(act.weekday)), \(minimum),
                   \(act.isActive), d.today + (7 + \(Int32(act.weekday)) - d.weekday) % 7,
                   \(act.client), \(Timestamp(act.now))
              FROM accounts.community c
             CROSS JOIN LATERAL (
                   SELECT t.today, extract(isodow FROM t.today)::integer AS weekday
                     FROM (SELECT (\(Timestamp(act.now)) AT TIME ZONE c.time_zone)::date) AS t (today))
                   AS d
             WHERE c.community_id = \(act.community)
            ON CONFLICT (community_id, merchant_id) DO UPDATE
               SET weekday = excluded.weekday, minimum = excluded.minimum,
                   is_active = excluded.is_active, set_by = excluded.set_by,
                   set_at = excluded.set_at,
                   next_on = excluded.next_on
                           + CASE WHEN s.last_on >= excluded.next_on THEN 7 ELSE 0 END
            """
        )
        try connection.notify(channel: channel, payload: Identifier(act.community).description)
    }

    static func list(of merchant: UUID, _ community: UUID) -> SQL {
        """
        SELECT s.merchant_id, s.weekday, m.coin, c.digits, s.minimum, s.is_active, s.next_on,
               s.last_on, s.last_outcome
          FROM merchant.redemption_schedule s
          JOIN merchant.merchant m ON m.community_id = s.community_id AND m.id = s.merchant_id
          JOIN accounts.coin c ON c.community_id = m.community_id AND c.code = m.coin
         WHERE s.community_id = \(community) AND s.merchant_id = \(merchant)
        """
    }

    @Sendable static func schedules(_ rows: Rows) throws -> [RedemptionSchedule] {
        try rows.map { row in
            let (merchant, weekday, coin, digits, minimum, isActive, nextOn, lastOn, outcome) =
                try row.decode(
                    UUID.self,
                    Int16.self,
                    String.self,
                    Int16.self,
                    Int64.self,
                    Bool.self,
                    Day.self,
                    Day?.self,
                    String?.self
                )
            return RedemptionSchedule(
                merchantId: Identifier(merchant),
                weekday: Int(weekday),
                minimum: Amount(minorUnits: minimum, coin: coin, digits: Int(digits)),
                isActive: isActive,
                nextOn: nextOn.xmlDate,
                lastOn: lastOn?.xmlDate,
                lastOutcome: outcome.flatMap { ScheduleOutcome(rawValue: $0) }
            )
        }
    }

    /// The communities in which a day of a schedule has come.
    static func communities(at moment: Instant) -> SQL {
        """
        SELECT DISTINCT s.community_id FROM merchant.redemption_schedule s
          JOIN accounts.community c ON c.community_id = s.community_id
         WHERE s.is_active
           AND s.next_on <= (\(Timestamp(moment)) AT TIME ZONE c.time_zone)::date
        """
    }

    /// The merchants of a community whose day has come, the longest ago first.
    static func merchants(in community: UUID, at moment: Instant) -> SQL {
        """
        SELECT s.merchant_id FROM merchant.redemption_schedule s
          JOIN accounts.community c ON c.community_id = s.community_id
         WHERE s.community_id = \(community) AND s.is_active
           AND s.next_on <= (\(Timestamp(moment)) AT TIME ZONE c.time_zone)::date
         ORDER BY s.next_on, s.merchant_id
        """
    }

    /// Takes the schedule of a merchant, if its day has come and nobody else has taken it.
    static func takeDue(
        of merchant: UUID,
        in community: UUID,
        at moment: Instant,
        _ connection: Connection
    ) throws -> Due? {
        try connection.query(
            """
            SELECT s.community_id, s.merchant_id, s.next_on, s.minimum, s.set_by
              FROM merchant.redemption_schedule s
              JOIN accounts.community c ON c.community_id = s.community_id
             WHERE s.community_id = \(community) AND s.merchant_id = \(merchant) AND s.is_active
               AND s.next_on <= (\(Timestamp(moment)) AT TIME ZONE c.time_zone)::date
               FOR NO KEY UPDATE OF s SKIP LOCKED
            """
        ).first.map { row in
            let (community, merchant, day, minimum, setBy) = try row.decode(
                UUID.self,
                UUID.self,
                Day.self,
                Int64.self,
                UUID.self
            )
            return Due(
                community: community,
                merchant: merchant,
                day: day,
                minimum: minimum,
                setBy: setBy
            )
        }
    }

    /// The day is over: weeks that were missed are not made up for one by one.
    static func finish(
        _ due: Due,
        _ outcome: ScheduleOutcome,
        at moment: Instant,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE merchant.redemption_schedule s
               SET last_on = s.next_on, last_outcome = \(outcome.rawValue),
                   next_on = s.next_on + 7 * (1 + (
                       (\(Timestamp(moment)) AT TIME ZONE c.time_zone)::date - s.next_on) / 7)
              FROM accounts.community c
             WHERE s.community_id = \(due.community) AND s.merchant_id = \(due.merchant)
               AND c.community_id = s.community_id
            """
        )
    }
}

extension Day {
    /// `YYYY-MM-DD`.
    var xmlDate: String { CalendarDate(daysSinceEpoch: Int(daysSince1970)).description }
}
