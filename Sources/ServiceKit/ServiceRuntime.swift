package import API
import AsyncHTTPClient
import Foundation
import Hummingbird
import HummingbirdCore
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
    /// For requests of our own, where other certificates are trusted than the system's.
    private let client: HTTPClient?

    /// Sets logging up and prepares the database pool; call once, first. Throws
    /// `ServiceConfiguration.Invalid` for certificates that cannot be read.
    package init(
        service: DocumentName,
        channels: [String],
        configuration: ServiceConfiguration
    ) throws {
        client = try TrustingClient.make(
            rootCertificateFile: configuration.transport.rootCertificateFile
        )
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
        let transport = configuration.transport
        let certificate = try transport.certificateFiles.map {
            try ServerCertificate($0, logger: self.logger)
        }
        let source =
            keys
            ?? RemoteKeySet(
                url: configuration.keySetURL,
                client: client ?? .shared,
                logger: logger
            )
        let revocations = Revocations(
            configuration: configuration.database,
            listener: listener,
            clock: clock,
            logger: logger
        )
        let metrics = RequestMetrics()
        let limits = RequestLimits(configuration.limits, proxies: transport.proxies)
        let gates = WorkGates(configuration.limits)
        let router = Router(context: ServiceContext.self)
        router.add(
            middleware: ProblemMiddleware(
                operations: OperationTable(operations: operations),
                metrics: metrics,
                limits: limits,
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
            limits: limits,
            gates: gates,
            clock: clock
        )
        CommonRoutes(
            database: database,
            metrics: metrics,
            document: document,
            isReady: { _ = try source.current() },
            ownMetrics: {
                revocations.clients.metrics + gates.metrics + (certificate?.metrics ?? [])
                    + ownMetrics()
            }
        ).add(to: routes)
        addRoutes(routes)
        contract.requireAllRegistered()

        let portFile = configuration.portFile
        let logger = logger
        var quietLogger = logger
        quietLogger.logLevel = .warning
        let application = Application(
            router: router,
            server: HTTPServerBuilder { responder in
                GuardedChannel(
                    responder: responder,
                    settings: transport,
                    certificate: certificate
                )
            },
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: nil,
                // More wait until others have gone.
                availableConnectionsDelegate: MaximumAvailableConnections(
                    transport.availableConnections(of: OpenFiles.raiseLimit()),
                    logger: quietLogger
                )
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
            logger: quietLogger
        )
        // Stopped in reverse order: the server first, the database last.
        var group = ServiceGroupConfiguration(
            services: [database, source, listener, revocations] + [certificate].compactMap(\.self)
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

    /// Closes what `run` leaves open; the last thing that is done.
    func shutDown() async { try? await client?.shutdown() }

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
            let runtime = try ServiceRuntime(
                service: service,
                channels: channels,
                configuration: configuration
            )
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(runtime)) } catch { outcome = .failure(error) }
            await runtime.shutDown()
            try outcome.get()
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
