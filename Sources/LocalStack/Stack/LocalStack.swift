import Foundation
package import Postgres
import Schema

/// A whole installation on this machine: database, migrations and all services as processes.
///
/// Knows processes and files; what the services say is none of its business. `wijkmunt up`, the
/// demonstration and the tests all start the same stack.
package actor LocalStack {
    /// How to run a stack.
    package struct Options: Sendable {
        /// Where its files are.
        package var directory: StackDirectory
        /// The port of the first service, the others follow; nil takes free ports.
        package var firstPort: Int?
        /// Where the services' executables are.
        package var programs: String
        /// Where the services' logs go.
        package var logs = LogDestination.file
        /// The services' log level.
        package var logLevel = "info"
        /// Whether phones and tills must prove their key in every request (RFC 9449); off only to
        /// measure what cannot sign each of its requests.
        package var requiresDeviceProofs = true
        /// What PostgreSQL keeps of its files in memory, in its own words, such as `1GB`; nil leaves the
        /// 128 MB that it takes by itself.
        package var sharedBuffers: String?

        /// Takes the executables that stand next to the running one, and free ports.
        package init(directory: String, firstPort: Int? = nil, programs: String? = nil) {
            self.directory = StackDirectory(directory)
            self.firstPort = firstPort
            self.programs = programs ?? Self.ownDirectory
        }

        private static var ownDirectory: String {
            let given = ProcessInfo.processInfo.environment["WIJKMUNT_PROGRAMS"]
            let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let executable = own ?? CommandLine.arguments[0]
            return given ?? URL(fileURLWithPath: executable).deletingLastPathComponent().path
        }
    }

    /// The database of an installation has this name.
    package static let databaseName = "wijkmunt"

    /// Where everything is.
    package nonisolated let directory: StackDirectory
    /// The database server.
    package nonisolated let cluster: PostgresCluster

    /// Whether phones and tills must prove their key in every request.
    package nonisolated let requiresDeviceProofs: Bool

    private let options: Options
    private let lock: DirectoryLock
    private var services: [ServiceName: ServiceProcess] = [:]

    /// Makes directories and keys and takes the directory's lock until `self` is gone; nothing is
    /// started. Throws `LocalStackError` when another process runs this directory.
    package init(_ options: Options) throws {
        self.options = options
        requiresDeviceProofs = options.requiresDeviceProofs
        directory = options.directory
        try directory.prepare()
        lock = try DirectoryLock(directory: directory.path)
        cluster = try PostgresCluster(
            directory: directory.postgres,
            passwordFile: directory.passwordFile(ofRole: PostgresCluster.owner),
            logDirectory: directory.logs,
            sharedBuffers: options.sharedBuffers
        )
    }

    /// Starts the database, brings it to the newest schema and starts the services; returns when
    /// all are ready. After an error everything that was started is stopped. Throws
    /// `LocalStackError` at once when one of the ports asked for is taken.
    package func start(
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        if let ports = fixedPorts { try FreePorts.requireFree(ports) }
        do {
            try await startDatabase(progress: progress)
            try await startServices(progress: progress)
        } catch {
            await stop()
            throw error
        }
    }

    /// Starts only the database and brings it to the newest schema; the names of the steps that
    /// ran are the answer.
    @discardableResult
    package func startDatabase(
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> [String] {
        if let notice = cluster.notice { progress(notice) }
        progress("starting PostgreSQL")
        try await cluster.start()
        try await cluster.createDatabase(Self.databaseName)
        let steps = try await cluster.withOwner(database: Self.databaseName) { database in
            try await Migrator.migrate(database) { progress("migrating: \($0)") }
        }
        try await openLogins()
        return steps
    }

    /// Stops the services and then the database; what they have begun is finished.
    package func stop() async {
        await withTaskGroup { group in
            for service in services.values { group.addTask { _ = await service.stop() } }
        }
        await cluster.stop()
    }

    /// The base addresses of the services that run.
    package var urls: [ServiceName: String] {
        get async {
            var urls: [ServiceName: String] = [:]
            for (name, service) in services { urls[name] = await service.url }
            return urls
        }
    }

    /// One service, to kill or to look at; nil before `start`.
    package func service(_ name: ServiceName) -> ServiceProcess? { services[name] }

    /// Stops one service, gracefully or not at all, and starts it again on the same port.
    package func restart(_ name: ServiceName) async throws {
        guard let service = services[name] else {
            throw LocalStackError("\(name.rawValue) was never started")
        }
        await service.stop()
        try await service.start()
    }

    /// Waits until a service ends by itself and says so, with its last lines; nil when the task is
    /// cancelled first.
    package func firstUnexpectedExit() async -> String? {
        await withTaskGroup(of: String?.self) { group in
            for (name, service) in services {
                group.addTask {
                    guard let status = await service.exitUnlessCancelled() else { return nil }
                    return "\(name.rawValue) ended with \(status):\n\(await service.lastLines)"
                }
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// How a login role (a service's, or `wijkmunt_audit`) reaches the database, with more patience
    /// than a service has.
    package nonisolated func databaseConfiguration(role: String) throws -> DatabaseConfiguration {
        var configuration = DatabaseConfiguration(
            host: cluster.socketDirectory,
            database: Self.databaseName,
            user: role,
            password: try SecretFile.read(directory.passwordFile(ofRole: role)),
            applicationName: role
        )
        configuration.beginPatience()
        return configuration
    }
}

extension LocalStack {
    private static let loginRoles = ServiceName.allCases.map(\.databaseRole) + ["wijkmunt_audit"]

    /// Migrations make the roles without a login; an installation gives each its password.
    private func openLogins() async throws {
        let passwords = try Self.loginRoles.map { role in
            let file = directory.passwordFile(ofRole: role)
            let password = try SecretFile.existing(file, or: SecretFile.randomHex)
            // ALTER ROLE takes no parameters; hexadecimal digits need no quoting.
            guard password.utf8.allSatisfy(\.isHexadecimal) else {
                throw LocalStackError("\(file) is damaged")
            }
            return (role, password)
        }
        try await cluster.withOwner(database: Self.databaseName) { database in
            for (role, password) in passwords {
                try await database.execute(
                    "ALTER ROLE \(rawSQL: role) LOGIN PASSWORD '\(rawSQL: password)'"
                )
            }
        }
        try AuditSettings(database: place(role: "wijkmunt_audit"))
            .write(to: directory.auditConfigFile)
    }

    private func place(role: String) -> DatabaseSettings {
        DatabaseSettings(
            host: cluster.socketDirectory,
            name: Self.databaseName,
            user: role,
            passwordFile: directory.passwordFile(ofRole: role)
        )
    }

    private func startServices(progress: @escaping @Sendable (String) -> Void) async throws {
        let secrets = try StackSecrets(in: directory)
        try prepareServices(secrets)
        // The others fetch its keys.
        progress("starting accounts")
        try await services[.accounts]?.start()
        progress("starting wallet, merchant and disbursement")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (name, service) in services where name != .accounts {
                group.addTask { try await service.start() }
            }
            try await group.waitForAll()
        }
    }

    /// In the order of the services; nil when any will do.
    private var fixedPorts: [Int]? {
        options.firstPort.map { first in ServiceName.allCases.indices.map { first + $0 } }
    }

    private func prepareServices(_ secrets: StackSecrets) throws {
        let ports = try fixedPorts ?? ServiceName.allCases.map { _ in try FreePorts.reserve() }
        let issuer = "http://127.0.0.1:\(ports[0])"
        for (name, port) in zip(ServiceName.allCases, ports) {
            let portFile = "\(directory.run)/\(name.rawValue).port"
            try settings(of: name, port: port, portFile: portFile, issuer: issuer, secrets)
                .write(to: directory.configFile(of: name))
            services[name] = ServiceProcess(
                name: name.rawValue,
                program: "\(options.programs)/\(name.program)",
                configFile: directory.configFile(of: name),
                portFile: portFile,
                logDirectory: directory.logs,
                logs: options.logs
            )
        }
    }

    private func settings(
        of name: ServiceName,
        port: Int,
        portFile: String,
        issuer: String,
        _ secrets: StackSecrets
    ) -> ServiceSettings {
        ServiceSettings(
            http: .init(port: port, portFile: portFile),
            database: place(role: name.databaseRole),
            auth: .init(issuer: issuer, keySetUrl: issuer + "/v1/jwks"),
            log: .init(level: options.logLevel),
            accounts: name == .accounts
                ? .init(
                    signingKeyFile: secrets.signingKeyFile,
                    operatorKeyFile: secrets.operatorPublicKeyFile,
                    deviceProofs: requiresDeviceProofs ? "required" : "optional"
                ) : nil,
            merchant: name == .merchant ? .init(verdictKeyFile: secrets.verdictKeyFile) : nil,
            secrets: name == .wallet
                ? nil
                : .init(
                    lookupKeyFile: secrets.lookupKeyFile,
                    dataKeyFile: secrets.dataKeyFile
                )
        )
    }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}
