package import Logging
package import Postgres

/// Forgets first answers when their time is over, so that what they hold (names, activation codes) is
/// not kept longer than anybody may ask again.
package struct AnswerRetention: Sendable {
    private let database: Database
    private let schema: String
    private let days: Int
    private let logger: Logger

    /// Rows of one statement, so that none holds locks for long.
    private static let mostAtOnce = 1000

    /// For the records in `schema`, a constant of the service, older than `days`, at least 30.
    package init(database: Database, schema: String, days: Int, logger: Logger) {
        self.database = database
        self.schema = schema
        self.days = days
        self.logger = logger
    }

    /// Removes all that are due, a batch at a time, and logs how many. Throws `PostgresError`.
    package func callAsFunction() async throws {
        var forgotten = 0
        var removed = Self.mostAtOnce
        while removed == Self.mostAtOnce {
            try Task.checkCancellation()
            removed = try await Tenant.acrossCommunities {
                try await database.execute(
                    """
                    DELETE FROM \(rawSQL: schema).idempotency_record WHERE ctid = ANY (ARRAY(
                        SELECT ctid FROM \(rawSQL: schema).idempotency_record
                         WHERE created_at < now() - make_interval(days => \(Int32(days)))
                         LIMIT \(Self.mostAtOnce)))
                    """
                )
            }
            forgotten += removed
        }
        if forgotten > 0 {
            logger.info("first answers forgotten", metadata: ["count": "\(forgotten)"])
        }
    }
}

extension ServiceRuntime {
    /// The worker that keeps a service's first answers for `retention.answerDays`, 30 unless told
    /// otherwise; it looks once an hour. Throws `ServiceConfiguration.Invalid`.
    package func answerRetention(schema: String) async throws -> WorkLoop {
        let retention = AnswerRetention(
            database: database,
            schema: schema,
            days: try await configuration.number(
                "retention.answerDays",
                default: 30,
                in: 30...3650
            ),
            logger: logger
        )
        return WorkLoop(interval: .seconds(3600), logger: logger, work: { try await retention() })
    }
}
