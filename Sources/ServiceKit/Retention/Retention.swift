package import Logging
package import Postgres

/// Something that is not kept for ever: a function of the database that takes some of it away.
package struct RetentionRule: Sendable {
    let what: String
    let time: (unit: String, count: Int)
    let forget: @Sendable (_ count: Int32, _ limit: Int32) -> SQL

    /// `forget` answers a count of at most `limit`, and 0 when nothing older than `days` is left.
    package init(
        _ what: String,
        days: Int,
        forget: @escaping @Sendable (_ days: Int32, _ limit: Int32) -> SQL
    ) {
        self.what = what
        time = ("days", days)
        self.forget = forget
    }

    /// The same for what is kept for hours only.
    package init(
        _ what: String,
        hours: Int,
        forget: @escaping @Sendable (_ hours: Int32, _ limit: Int32) -> SQL
    ) {
        self.what = what
        time = ("hours", hours)
        self.forget = forget
    }
}

/// Takes away what has been kept for its time, a piece at a time, and logs how much.
package struct Retention: Sendable {
    private let database: Database
    private let rules: [RetentionRule]
    private let logger: Logger

    /// Rows of one statement, so that none holds locks for long.
    private static let mostAtOnce: Int32 = 1000

    /// For the rules of a service.
    package init(database: Database, rules: [RetentionRule], logger: Logger) {
        self.database = database
        self.rules = rules
        self.logger = logger
    }

    /// Goes through all rules. Throws `PostgresError`.
    package func callAsFunction() async throws {
        for rule in rules { try await enforce(rule) }
    }

    private func enforce(_ rule: RetentionRule) async throws {
        let statement = rule.forget(Int32(rule.time.count), Self.mostAtOnce)
        var forgotten: Int64 = 0
        while true {
            try Task.checkCancellation()
            let count = try await Tenant.acrossCommunities {
                try await database.query(statement) { try $0.one().decode(Int64.self) }
            }
            guard count > 0 else { break }
            forgotten += count
        }
        if forgotten > 0 {
            logger.info(
                "kept for its time, and forgotten",
                metadata: [
                    "what": "\(rule.what)", "\(rule.time.unit)": "\(rule.time.count)",
                    "count": "\(forgotten)",
                ]
            )
        }
    }
}

extension ServiceRuntime {
    /// The worker that enforces rules, which looks once an hour.
    package func retention(_ rules: [RetentionRule]) -> WorkLoop {
        let retention = Retention(database: database, rules: rules, logger: logger)
        return WorkLoop(interval: .seconds(3600), logger: logger, work: { try await retention() })
    }

    /// The worker that keeps a service's first answers for `retention.answerDays`, 30 unless told
    /// otherwise: what they hold (names, activation codes) is not kept longer than anybody may ask
    /// again. `schema` is a constant of the service. Throws `ServiceConfiguration.Invalid`.
    package func answerRetention(schema: String) async throws -> WorkLoop {
        let days = try await configuration.number(
            "retention.answerDays",
            default: 30,
            in: 30...3650
        )
        return retention([
            RetentionRule("first answers", days: days) { days, limit in
                """
                WITH gone AS (
                    DELETE FROM \(rawSQL: schema).idempotency_record WHERE ctid = ANY (ARRAY(
                        SELECT ctid FROM \(rawSQL: schema).idempotency_record
                         WHERE created_at < now() - make_interval(days => \(days))
                         LIMIT \(limit)))
                    RETURNING 1)
                SELECT count(*) FROM gone
                """
            }
        ])
    }
}
