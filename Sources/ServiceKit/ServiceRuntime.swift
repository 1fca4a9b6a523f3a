package import API
import AsyncHTTPClient
import Foundation
import Hummingbird
package import Logging
import NIOCore
package import OpenAPIDocuments
package import Postgres
import Schema
package import ServiceLifecycle
import UnixSignals

/// What a service gets to build itself from, and how it runs: the shared half of every
/// composition root.
package struct ServiceRuntime: Sendable {
    package let configuration: ServiceConfiguration
    package let database: Database
    /// Hears the channels that the service named, from `run` on.
    package let listener: NotificationListener
    package let logger: Logger
    package let clock: Clock
    /// Verifies proofs of possession for every operation, and for the token endpoint.
    package let proofs: ProofVerifier
    private let usedProofs: UsedProofs

    /// Sets logging up and prepares the database pool; call once, first.
    package init(
        service: DocumentName,
        channels: [String],
        configuration: ServiceConfiguration
    ) {
        let level = configuration.logLevel
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: level) }
        self.configuration = configuration
        logger = Logger(label: "wijkmunt-\(service.rawValue)")
        clock = .system
        database = Database(configuration: configuration.database, logger: logger)
        listener = NotificationListener(
            configuration: configuration.database,
            channels: channels + [RevokedClients.channel],
            logger: logger
        )
        let usedProofs = UsedProofs(database: database, schema: service.rawValue)
        self.usedProofs = usedProofs
        proofs = ProofVerifier(
            address: configuration.address(of: service),
            nonces: ProofNonces(clock: clock),
            clock: clock,
            isFirstUse: { try await usedProofs.isFirstUse(of: $0, in: $1) }
        )
    }

    /// Serves the operations until SIGTERM or SIGINT, then stops taking work, finishes what runs
    /// and closes.
    package func run(
        service: DocumentName,
        operations: [API.Operation],
        keys: (any KeySource & Service)? = nil,
        workers: [any Service] = [],
        metrics ownMetrics: @escaping @Sendable () -> [Metric] = { [] },
        routes addRoutes: @Sendable (Routes) -> Void
    ) async throws {
        let source =
            keys ?? RemoteKeySet(url: configuration.keySetURL, client: .shared, logger: logger)
        let revocations = Revocations(
            configuration: configuration.database,
            listener: listener,
            clock: clock,
            logger: logger
        )
        let metrics = RequestMetrics()
        let router = Router(context: ServiceContext.self)
        router.add(
            middleware: ProblemMiddleware(
                operations: OperationTable(operations: operations),
                metrics: metrics,
                apiVersion: "1.0.0",
                allowedOrigins: Set(configuration.allowedOrigins),
                nonces: proofs.nonces
            )
        )
        let document = OpenAPIDocument(service)
        let contract = Contract(document, operations: operations)
        let routes = Routes(
            router: router,
            contract: contract,
            authenticator: Authenticator(
                keys: source,
                issuer: configuration.issuer,
                audience: configuration.audience,
                clock: clock,
                revoked: revocations.clients,
                proofs: proofs
            ),
            clock: clock
        )
        CommonRoutes(
            database: database,
            metrics: metrics,
            document: document,
            isReady: { _ = try source.current() },
            ownMetrics: { revocations.clients.metrics + ownMetrics() }
        ).add(to: routes)
        addRoutes(routes)
        contract.requireAllRegistered()

        let portFile = configuration.portFile
        let logger = logger
        var application = Application(
            router: router,
            // A slow or silent client loses its connection after a minute.
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: nil
            ),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                logger.info("listening", metadata: ["port": "\(port)"])
                if let portFile {
                    try? Data("\(port)\n".utf8).write(
                        to: URL(filePath: portFile),
                        options: .atomic
                    )
                }
            },
            logger: logger
        )
        application.logger.logLevel = .warning
        // Stopped in reverse order: the server first, the database last.
        var group = ServiceGroupConfiguration(
            services: [database, source, listener, revocations]
                + [usedProofs.sweeper(logger: logger)] + workers + [application],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = .seconds(20)
        try await start { try await SchemaVersion.require(in: database) }
        // Before the first request: what was revoked before the start counts as well.
        try await start { try await revocations.read() }
        try await start { try await proofs.nonces.read(from: database) }
        try await ServiceGroup(configuration: group).run()
    }

    /// What needs the database at the start; while it is away it is waited for, within
    /// `startTimeout`.
    private func start(with step: () async throws -> Void) async throws {
        let deadline = ContinuousClock.now + Self.startTimeout
        while true {
            do {
                return try await step()
            } catch let error as PostgresError where ContinuousClock.now < deadline {
                logger.warning("waiting for the database", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private static let startTimeout: Duration = .seconds(30)
}

/// The start of every service executable: configuration in, exit code out.
package enum ServiceMain {
    /// Runs a service that hears these channels of the database; a wrong configuration is told on
    /// standard error with exit code 2.
    package static func run(
        _ service: DocumentName,
        hearing channels: [String] = [],
        _ body: @Sendable (ServiceRuntime) async throws -> Void
    ) async {
        if CommandLine.arguments.contains("--help") {
            print(KnownSettings.usage("wijkmunt-\(service.rawValue)"))
            return
        }
        do {
            let configuration = try await ServiceConfiguration.load()
            try await body(
                ServiceRuntime(
                    service: service,
                    channels: channels,
                    configuration: configuration
                )
            )
        } catch let error as ServiceConfiguration.Invalid {
            fail("wijkmunt-\(service.rawValue): \(error.description)", code: 2)
        } catch {
            fail("wijkmunt-\(service.rawValue): \(error)", code: 1)
        }
    }

    private static func fail(_ message: String, code: Int32) -> Never {
        try? FileHandle.standardError.write(contentsOf: Data((message + "\n").utf8))
        exit(code)
    }
}
