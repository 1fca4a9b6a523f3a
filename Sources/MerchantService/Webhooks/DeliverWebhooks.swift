import API
import Domain
import FoundationEssentials
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle
import Synchronization

/// Sends events to webhooks: to each webhook one request at a time, to many webhooks at once, so
/// that a slow receiver holds up nobody but itself.
///
/// Any number of instances work side by side. One takes a webhook for half a minute at a time; what
/// an instance that was killed had taken, another goes on with when that time is over.
final class DeliverWebhooks: Service {
    private let database: Database
    private let listener: NotificationListener
    private let deliver: DeliverEvents
    private let logger: Logger
    private let busy = Mutex(0)

    /// Webhooks that are sent to at once by one instance.
    private static let lanes = 32
    private static let interval: Duration = .seconds(2)

    init(
        database: Database,
        listener: NotificationListener,
        deliver: DeliverEvents,
        logger: Logger
    ) {
        self.database = database
        self.listener = listener
        self.deliver = deliver
        self.logger = logger
    }

    /// Runs until graceful shutdown; an attempt that is under way then is made again elsewhere.
    func run() async {
        let (occasions, signal) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let notifications = listener.notifications(EventRoutes.numbered)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in notifications { signal.yield() } }
                group.addTask {
                    repeat {
                        signal.yield()
                    } while (try? await Task.sleep(for: Self.interval)) != nil
                }
                for await _ in occasions {
                    for claim in await self.claims() {
                        self.busy.withLock { $0 += 1 }
                        group.addTask {
                            await self.deliver(claim)
                            self.busy.withLock { $0 -= 1 }
                            signal.yield()
                        }
                    }
                }
            }
        }
    }

    private func claims() async -> [DeliveryQueries.Claim] {
        let free = Self.lanes - busy.withLock { $0 }
        guard free > 0 else { return [] }
        do {
            return try await Tenant.acrossCommunities {
                try await database.query(
                    DeliveryQueries.claim(atMost: free),
                    DeliveryQueries.claims
                )
            }
        } catch {
            if !(error is CancellationError) {
                logger.error("webhooks wait", metadata: ["error": "\(error)"])
            }
            return []
        }
    }
}

/// Sends what is due to one webhook, in order, and keeps what came of it.
struct DeliverEvents: Sendable {
    let database: Database
    let secrets: WebhookSecrets
    let post: OutboundPost
    let clock: Clock
    let logger: Logger

    // Then others have their turn.
    private static let mostInARow = 50
    private static let gone = 410

    func callAsFunction(_ claim: DeliveryQueries.Claim) async {
        do {
            try await Tenant.community(claim.community).perform {
                for _ in 0..<Self.mostInARow {
                    guard let due = try await next(claim) else { break }
                    let outcome = try await attempt(due)
                    try await keep(outcome, of: due)
                }
                _ = try await database.execute(DeliveryQueries.release(claim))
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error(
                "a webhook waits",
                metadata: ["webhook": "\(Identifier(claim.webhook))", "error": "\(error)"]
            )
        }
    }

    private func next(_ claim: DeliveryQueries.Claim) async throws -> DeliveryQueries.Due? {
        try await database.query(DeliveryQueries.next(claim)) { rows in
            try DeliveryQueries.due(claim, rows)
        }
    }

    private func attempt(_ due: DeliveryQueries.Due) async throws -> OutboundPost.Outcome {
        guard let address = OutboundAddress(due.url) else { return .addressRefused }
        let (id, body) = (due.event.id.description, WireJSON.bytes(due.event))
        let seconds = clock.now().microseconds / 1_000_000
        let signatures = try due.sealedSecrets.map { sealed in
            try secrets.open(sealed, of: due.claim.webhook, due.claim.community)
                .signature(id: id, timestamp: seconds, body: body)
        }
        return try await post(
            body,
            to: address,
            headers: [
                (WebhookSecret.Header.id, id),
                (WebhookSecret.Header.timestamp, String(seconds)),
                (WebhookSecret.Header.signature, signatures.joined(separator: " ")),
            ]
        )
    }

    private func keep(_ outcome: OutboundPost.Outcome, of due: DeliveryQueries.Due) async throws {
        let (status, error) = Self.words(outcome)
        let pause = RetrySchedule.pauseMicroseconds(
            afterAttempts: due.attempts + 1,
            chance: .random(in: .min ... .max)
        )
        try await database.transaction { connection in
            if let status, (200..<300).contains(status) {
                return try DeliveryQueries.delivered(due, status: status, connection)
            }
            try DeliveryQueries.failed(
                due,
                status: status,
                error: error,
                pause: status == Self.gone ? nil : pause,
                connection
            )
            if status == Self.gone {
                try disable(due, .gone, connection)
            } else if pause == nil, try DeliveryQueries.isDead(due, connection) {
                try disable(due, .failing, connection)
            }
        }
    }

    private func disable(
        _ due: DeliveryQueries.Due,
        _ reason: WebhookDisabledReason,
        _ connection: Connection
    ) throws {
        let (webhook, community) = (due.claim.webhook, due.claim.community)
        _ = try connection.query(WebhookQueries.disable(webhook, community, reason))
        logger.warning(
            "webhook disabled",
            metadata: ["webhook": "\(Identifier(webhook))", "reason": "\(reason.rawValue)"]
        )
    }

    private static func words(
        _ outcome: OutboundPost.Outcome
    ) -> (status: Int?, error: WebhookDeliveryError?) {
        switch outcome {
        case .answered(let status): (status, nil)
        case .unresolved: (nil, .unresolved)
        case .addressRefused: (nil, .addressRefused)
        case .unreachable: (nil, .unreachable)
        case .timeout: (nil, .timeout)
        }
    }
}
