import Foundation
import Logging
package import Postgres

/// A private PostgreSQL server on a unix socket, with its files in one directory.
///
/// Made with `initdb` at the first start: UTF-8, scram-sha-256 and a random superuser password.
/// The server is our child and stops when we die. One found running in the directory is adopted.
package actor PostgresCluster {
    /// The superuser, who owns the databases and runs migrations.
    package static let owner = "wijkmunt_owner"

    /// Where services connect: the directory of the unix socket.
    package nonisolated let socketDirectory: String
    /// Said once to the developer when the files are not where they were asked for.
    package nonisolated let notice: String?

    private let location: ClusterLocation
    private let logDirectory: String
    private let sharedBuffers: String?
    private let password: String
    private var server: Server?

    private enum Server {
        case child(ChildProcess)
        case adopted(pid: Int32)
    }

    private static let limit: Duration = .seconds(180)

    /// Names the cluster; nothing is started.
    ///
    /// - Parameters:
    ///   - directory: absolute; its parent exists. The files can end up elsewhere: see `notice`.
    ///   - passwordFile: of the superuser; made when it does not exist.
    ///   - logDirectory: where `postgres.log` goes.
    ///   - sharedBuffers: the server's `shared_buffers`; nil leaves its default.
    package init(
        directory: String,
        passwordFile: String,
        logDirectory: String,
        sharedBuffers: String? = nil
    ) throws {
        location = try ClusterLocation(directory: directory)
        password = try SecretFile.existing(passwordFile, or: SecretFile.randomHex)
        socketDirectory = location.socketDirectory
        notice = location.notice
        self.logDirectory = logDirectory
        self.sharedBuffers = sharedBuffers
    }

    /// Starts the server, after `initdb` at the first time, and waits until it answers.
    /// Throws `LocalStackError` with the end of the server's log when it does not in three minutes.
    package func start() async throws {
        let programs = try await PostgresPrograms.find()
        try location.prepare()
        if !FileManager.default.fileExists(atPath: "\(location.data)/PG_VERSION") {
            try await initialise(with: programs)
        }
        if let pid = Postmaster.running(in: location.data), try await adopt(pid) { return }
        Postmaster.removeStaleLock(in: location.data)
        let log = try OutputFile(directory: logDirectory, name: "postgres", destination: .file)
        let command = Command(program: programs.postgres, arguments: settings)
        let child = try await ChildProcess.start(
            // SIGINT is PostgreSQL's fast shutdown.
            try command.tied(deathSignal: "INT", as: location.user),
            output: log
        )
        server = .child(child)
        let patience = Patience(Self.limit)
        while await !answers() {
            if let status = child.exitStatus {
                throw LocalStackError("PostgreSQL ended with \(status):\n\(log.tail())")
            }
            guard try await patience.pause() else {
                throw LocalStackError("PostgreSQL does not answer:\n\(log.tail())")
            }
        }
    }

    /// Ends all sessions, writes everything to disk and stops the server.
    package func stop() async {
        defer { server = nil }
        switch server {
        case .child(let child):
            _ = await child.stop(with: SIGINT, thenAfter: Self.limit, with: SIGQUIT)
        case .adopted(let pid):
            kill(pid, SIGINT)
            let patience = Patience(Self.limit)
            while Postmaster.running(in: location.data) == pid,
                (try? await patience.pause()) == true
            {}
        case nil: break
        }
    }

    /// Stops and starts.
    package func restart() async throws {
        await stop()
        try await start()
    }

    /// Kills the server without warning, as a power failure would, and waits until its sessions
    /// have noticed. For tests.
    package func kill9() async throws {
        defer { server = nil }
        switch server {
        case .child(let child): _ = await child.stop(with: SIGKILL)
        case .adopted(let pid): kill(pid, SIGKILL)
        case nil: return
        }
        let patience = Patience(Self.limit)
        while !Postmaster.processes(in: location.data).isEmpty {
            guard try await patience.pause() else {
                throw LocalStackError("sessions outlived their server")
            }
        }
    }

    /// How the superuser reaches a database of this cluster, with patience.
    package nonisolated func ownerConfiguration(database: String) -> DatabaseConfiguration {
        var configuration = DatabaseConfiguration(
            host: socketDirectory,
            database: database,
            user: Self.owner,
            password: password,
            applicationName: "wijkmunt-local"
        )
        configuration.connections = 1
        configuration.beginPatience()
        configuration.statementTimeoutMilliseconds = 0
        configuration.idleInTransactionTimeoutMilliseconds = 0
        return configuration
    }

    /// Makes a database owned by the superuser unless it exists.
    package func createDatabase(_ name: String) async throws {
        precondition(name.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        try await withOwner(database: "postgres") { database in
            let exists = try await database.query(
                "SELECT EXISTS (SELECT FROM pg_database WHERE datname = \(name))"
            ) { try $0.one().decode(Bool.self) }
            if !exists { try await database.execute("CREATE DATABASE \(rawSQL: name)") }
        }
    }

    /// Runs work with a superuser's connection that is closed afterwards.
    package nonisolated func withOwner<T: Sendable>(
        database: String,
        _ work: (Database) async throws -> T
    ) async throws -> T {
        let connection = Database(
            configuration: ownerConfiguration(database: database),
            logger: .silent
        )
        do {
            let value = try await work(connection)
            await connection.shutDown()
            return value
        } catch {
            await connection.shutDown()
            throw error
        }
    }

    private nonisolated func answers() async -> Bool {
        let one = try? await withOwner(database: "postgres") { database in
            try await database.query("SELECT 1") { try $0.one().decode(Int32.self) }
        }
        return one == 1
    }

    /// Takes over a server that somebody left running; one that is on its way out is waited for.
    private func adopt(_ pid: Int32) async throws -> Bool {
        let patience = Patience(Self.limit)
        while Postmaster.running(in: location.data) == pid {
            if await answers() {
                server = .adopted(pid: pid)
                return true
            }
            guard try await patience.pause() else {
                throw LocalStackError("process \(pid) serves \(location.data) and does not answer")
            }
        }
        return false
    }

    private func initialise(with programs: PostgresPrograms) async throws {
        let draft = "\(location.home)/data.new"
        let passwordFile = "\(location.home)/initial-password"
        try? FileManager.default.removeItem(atPath: draft)
        try SecretFile.write(password, to: passwordFile)
        defer { unlink(passwordFile) }
        if let user = location.user, chown(passwordFile, user.uid, user.gid) != 0 {
            throw LocalStackError.system("cannot give \(passwordFile) to \(user.name)")
        }
        let command = Command(
            program: programs.initdb,
            arguments: [
                "--pgdata", draft, "--username", Self.owner, "--pwfile", passwordFile,
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8",
            ]
        )
        let log = try OutputFile(directory: logDirectory, name: "initdb", destination: .file)
        let child = try await ChildProcess.start(
            try command.tied(deathSignal: "TERM", as: location.user),
            output: log
        )
        let status = await child.waitForExit()
        guard status == .exited(0) else {
            throw LocalStackError("initdb ended with \(status):\n\(log.tail())")
        }
        // Half a cluster never gets the name of a whole one.
        guard rename(draft, location.data) == 0 else {
            throw LocalStackError.system("cannot name \(location.data)")
        }
    }

    private var settings: [String] {
        [
            "-D", location.data, "-c", "listen_addresses=", "-c",
            "unix_socket_directories=\(socketDirectory)", "-c", "max_connections=200", "-c",
            "fsync=on", "-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c",
            // What a constraint refused would be quoted otherwise, and rows are about people.
            "log_error_verbosity=terse",
        ] + (sharedBuffers.map { ["-c", "shared_buffers=\($0)"] } ?? [])
    }
}

extension Logger {
    /// While a server starts, failing connections are expected and nobody wants to read of them.
    static var silent: Logger { Logger(label: "local") { _ in SwiftLogNoOpLogHandler() } }
}

extension DatabaseConfiguration {
    /// Limits for whoever is not in a hurry on a machine that has much else to do. Those of services
    /// are for people who wait at a till.
    mutating func beginPatience() {
        maxWaitSeconds = 180
        connectTimeoutSeconds = 60
        statementTimeoutMilliseconds = 180_000
        lockTimeoutMilliseconds = 120_000
        idleInTransactionTimeoutMilliseconds = 180_000
    }
}
