import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/programmes/…/grant-rules`: how long recalls wait, and when people are reminded.
struct GrantRulesRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.getGrantRules, getGrantRules)
        routes.on(.setGrantRules, setGrantRules)
    }

    @Sendable private func getGrantRules(_ call: Call<Caller>) async throws -> Reply {
        let (programme, community) = (
            try call.id("programmeId"), try call.caller.requireCommunity()
        )
        let rules = try await database.query(GrantRulesQueries.find(programme, community)) {
            try $0.first.map(GrantRulesQueries.decode)
        }
        guard let rules else { throw Problem.notFound("programme") }
        return .json(rules)
    }

    @Sendable private func setGrantRules(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(GrantRulesSetting.self)
        let (programme, community) = (
            try call.id("programmeId"), try call.caller.requireCommunity()
        )
        let (client, now) = (call.caller.client, call.clock.now())
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let find = GrantRulesQueries.find(programme, community)
            guard
                try ProgrammePolicyQueries.lockedCoin(of: programme, community, connection) != nil
            else { throw Problem.notFound("programme") }
            let before = try GrantRulesQueries.decode(connection.query(find).one())
            guard body.value.recallWaitingDays >= before.recallWaitingDays else {
                throw Problem(
                    .secondPersonRequired,
                    "Fewer days of waiting are proposed as a change of the programme."
                )
            }
            try connection.execute(
                GrantRulesQueries.set(body.value, of: programme, community, by: client, at: now)
            )
            let rules = try GrantRulesQueries.decode(connection.query(find).one())
            try connection.notify(channel: Channel.grantRules, payload: "\(rules.programmeId)")
            try call.record(
                AuditEntry(.grantRules, rules.programmeId, from: before, to: rules),
                connection
            )
            return .created(rules, at: "/v1/programmes/\(rules.programmeId)/grant-rules")
        }
    }
}

/// The SQL of what programmes say about their grants.
enum GrantRulesQueries {
    /// Those in force; no row for an unknown programme.
    static func find(_ programme: UUID, _ community: UUID) -> SQL {
        """
        SELECT p.id, coalesce(r.recall_waiting_days, \(Int32(usual.recallWaitingDays))),
               coalesce(r.reminder_days, \(usual.reminderDays.map { Int32($0) })),
               coalesce(r.on_death, \(usual.onDeath?.rawValue)),
               coalesce(r.on_move_away, \(usual.onMoveAway?.rawValue))
          FROM disbursement.programme p
          LEFT JOIN disbursement.grant_rules r
            ON r.community_id = p.community_id AND r.programme_id = p.id
         WHERE p.community_id = \(community) AND p.id = \(programme)
        """
    }

    /// Of a programme that said nothing: six weeks, as long as one may object to a decision of the
    /// government (Awb, article 6:7), reminders a month and a week ahead; what the dead leave is
    /// recalled, who moves may spend it.
    static let usual = GrantRulesSetting(
        recallWaitingDays: 42,
        reminderDays: [30, 7],
        onDeath: .recall,
        onMoveAway: .keep
    )

    static func set(
        _ setting: GrantRulesSetting,
        of programme: UUID,
        _ community: UUID,
        by client: UUID,
        at now: Instant
    ) -> SQL {
        """
        INSERT INTO disbursement.grant_rules (community_id, programme_id, recall_waiting_days,
                                              reminder_days, on_death, on_move_away, set_by,
                                              set_at)
        VALUES (\(community), \(programme), \(Int32(setting.recallWaitingDays)),
                \(setting.reminderDays.map { Int32($0) }),
                \((setting.onDeath ?? usual.onDeath)?.rawValue),
                \((setting.onMoveAway ?? usual.onMoveAway)?.rawValue), \(client),
                \(Timestamp(now)))
        ON CONFLICT (community_id, programme_id) DO UPDATE
           SET recall_waiting_days = excluded.recall_waiting_days,
               reminder_days = excluded.reminder_days, on_death = excluded.on_death,
               on_move_away = excluded.on_move_away,
               set_by = excluded.set_by, set_at = excluded.set_at
        """
    }

    /// Writes down what holds where nothing was said, so that there is something to change. Call it while
    /// the programme is locked.
    static func keepUsual(
        of programme: UUID,
        _ community: UUID,
        by client: UUID,
        at now: Instant
    ) -> SQL {
        """
        INSERT INTO disbursement.grant_rules (community_id, programme_id, recall_waiting_days,
                                              reminder_days, on_death, on_move_away, set_by,
                                              set_at)
        SELECT \(community), \(programme), \(Int32(usual.recallWaitingDays)),
               \(usual.reminderDays.map { Int32($0) }), \(usual.onDeath?.rawValue),
               \(usual.onMoveAway?.rawValue), \(client), \(Timestamp(now))
         WHERE NOT EXISTS (SELECT FROM disbursement.grant_rules
                            WHERE community_id = \(community) AND programme_id = \(programme))
        """
    }

    @Sendable static func decode(_ row: Row) throws -> GrantRules {
        let (programme, waiting, reminders, onDeathText, onMoveAwayText) = try row.decode(
            UUID.self,
            Int32.self,
            [Int32].self,
            String.self,
            String.self
        )
        guard let onDeath = DeparturePolicy(rawValue: onDeathText),
            let onMoveAway = DeparturePolicy(rawValue: onMoveAwayText)
        else { throw PostgresError.decoding("an unknown rule for departures") }
        return GrantRules(
            programmeId: Identifier(programme),
            recallWaitingDays: Int(waiting),
            reminderDays: reminders.map { Int($0) },
            onDeath: onDeath,
            onMoveAway: onMoveAway
        )
    }
}
