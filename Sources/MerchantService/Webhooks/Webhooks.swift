import Postgres
import ServiceKit
import ServiceLifecycle

/// Everything that tells the software of shops what happens, put together.
struct Webhooks: Sendable {
    /// What runs beside the requests.
    let workers: [any Service]
    private let database: Database
    private let listener: NotificationListener
    private let secrets: WebhookSecrets
    private let post: OutboundPost

    /// Throws `ServiceConfiguration.Invalid`.
    init(_ runtime: ServiceRuntime, _ keys: DataKeys) async throws {
        let (database, logger) = (runtime.database, runtime.logger)
        let secrets = WebhookSecrets(keys: keys)
        let post = OutboundPost(
            allowsLocal: try runtime.configuration.choice(
                "merchant.localWebhooks",
                default: LocalWebhooks.refused
            ) == .allowed
        )
        let days = try await runtime.configuration.number(
            "retention.eventDays",
            default: 30,
            in: 7...3650
        )
        let reseal = ResealSecrets(database: database, secrets: secrets, logger: logger)
        workers = [
            NumberEvents(database: database).worker(runtime.listener, logger),
            DeliverWebhooks(
                database: database,
                listener: runtime.listener,
                deliver: DeliverEvents(
                    database: database,
                    secrets: secrets,
                    post: post,
                    clock: runtime.clock,
                    logger: logger
                ),
                logger: logger
            ),
            WorkLoop(interval: .seconds(3600), logger: logger, work: { try await reseal() }),
            runtime.retention([
                RetentionRule("events", days: days) { days, limit in
                    "SELECT merchant.forget_events(\(days), \(limit))"
                }
            ]),
        ]
        self.database = database
        listener = runtime.listener
        self.secrets = secrets
        self.post = post
    }

    func add(to routes: Routes, _ idempotency: Idempotency) {
        WebhookRoutes(
            database: database,
            idempotency: idempotency,
            secrets: secrets,
            post: post
        ).add(to: routes)
        EventRoutes(database: database, listener: listener).add(to: routes)
    }
}

/// Whether webhooks may be on this machine and its network, and without TLS.
private enum LocalWebhooks: String, CaseIterable {
    case refused
    case allowed
}
