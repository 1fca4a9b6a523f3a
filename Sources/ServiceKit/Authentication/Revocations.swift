import Logging
import Postgres
import ServiceLifecycle

/// Keeps `RevokedClients` up to date: read at the start, whenever the table says that it has
/// grown, and every two seconds in case nobody heard that.
struct Revocations: Service {
    let clients = RevokedClients()
    private let database: Database
    private let listener: NotificationListener
    private let clock: Clock
    private let logger: Logger

    /// Works on a connection of its own, so that no crowd of requests stands before it.
    init(
        configuration: DatabaseConfiguration,
        listener: NotificationListener,
        clock: Clock,
        logger: Logger
    ) {
        var configuration = configuration
        configuration.connections = 1
        database = Database(configuration: configuration, logger: logger)
        self.listener = listener
        self.clock = clock
        self.logger = logger
    }

    /// Reads what counts now; throws what the database throws.
    func read() async throws {
        // A token names its client, and only the token's issuer knows the client's community.
        try await Tenant.acrossCommunities {
            try await clients.read(from: database, clock: clock)
        }
    }

    /// Reads until graceful shutdown. Failures are logged, and what was known goes on counting.
    func run() async throws {
        await WorkLoop(
            channel: RevokedClients.channel,
            listener: listener,
            interval: RevokedClients.longestUnheard,
            logger: logger,
            work: { try await read() }
        ).run()
        await database.shutDown()
    }
}
