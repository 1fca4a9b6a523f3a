import Foundation
import LocalStack
import Logging
import Postgres

/// A private installation with the settings that every installation has: a cluster of its own
/// with fsync on, and the four services as processes.
struct Installation: Sendable {
    let stack: LocalStack
    /// The database as the roles of the services see it, with as many connections each as lanes
    /// post at the same time.
    let accounts, wallet, merchant, disbursement: Database
    let settings: [String: String]
    /// Where the server's programs are.
    let serverPrograms: String
    private let postmaster: Int32
    private let services: [Int32]

    /// Starts it in a new directory.
    static func start(in directory: String, programs: String) async throws -> Installation {
        var options = LocalStack.Options(directory: directory, programs: programs)
        // The load generator sends requests that were written before: none can have its own proof.
        options.requiresDeviceProofs = false
        // A quarter of the memory of a small server, as docs/operations.md says.
        options.sharedBuffers = "1GB"
        let stack = try LocalStack(options)
        try await stack.start()
        do {
            return try await Installation(stack)
        } catch {
            await stack.stop()
            throw error
        }
    }

    private init(_ stack: LocalStack) async throws {
        self.stack = stack
        func connect(_ service: ServiceName) throws -> Database {
            var configuration = try stack.databaseConfiguration(role: service.databaseRole)
            configuration.connections = 2
            configuration.statementTimeoutMilliseconds = 0
            configuration.tenant = .everyCommunity
            return Database(configuration: configuration, logger: Logger(label: "benchmark"))
        }
        accounts = try connect(.accounts)
        wallet = try connect(.wallet)
        merchant = try connect(.merchant)
        disbursement = try connect(.disbursement)
        settings = try await Self.settings(of: stack)
        guard settings["fsync"] == "on", settings["synchronous_commit"] == "on" else {
            throw BenchmarkFailure("the server does not wait for its disk")
        }
        let lock = try await stack.cluster.withOwner(database: "postgres") { database in
            try await database.query("SELECT pg_read_file('postmaster.pid')") {
                try $0.one().decode(String.self)
            }
        }
        guard let pid = lock.split(separator: "\n").first.flatMap({ Int32($0) }) else {
            throw BenchmarkFailure("the server does not say who it is")
        }
        postmaster = pid
        let server = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")
        serverPrograms = URL(filePath: server ?? "/").deletingLastPathComponent().path
        var services: [Int32] = []
        for name in ServiceName.allCases {
            if let pid = await stack.service(name)?.pid { services.append(pid) }
        }
        self.services = services
    }

    /// Stops everything and removes its files.
    func stop() async {
        for database in [accounts, wallet, merchant, disbursement] { await database.shutDown() }
        await stack.stop()
        try? FileManager.default.removeItem(atPath: stack.directory.path)
    }

    /// Does at once what the server does by itself in the minutes after much was loaded.
    func settle() async throws {
        try await stack.cluster.withOwner(database: LocalStack.databaseName) { database in
            try await database.execute("VACUUM ANALYZE")
            try await database.execute("CHECKPOINT")
        }
    }

    /// How pgbench and the tables of the yardsticks are reached.
    func yardstickDatabase(_ name: String) async throws -> DatabaseConfiguration {
        try await stack.cluster.createDatabase(name)
        return stack.cluster.ownerConfiguration(database: name)
    }

    /// Runs work and adds who used the processors during it.
    func observing<T>(_ work: () async throws -> T) async rethrows -> (T, CPUSplit, MachineLoad) {
        let (cpu, machine) = (
            CPUReading(services: services, postmaster: postmaster), MachineReading()
        )
        let result = try await work()
        return (
            result, CPUReading(services: services, postmaster: postmaster).since(cpu),
            MachineReading().since(machine)
        )
    }

    private static func settings(of stack: LocalStack) async throws -> [String: String] {
        let names = [
            "server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers",
            "max_wal_size", "wal_compression", "checkpoint_timeout",
        ]
        return try await stack.cluster.withOwner(database: "postgres") { database in
            try await database.query(
                "SELECT name, current_setting(name) FROM unnest(\(names)) AS name"
            ) { rows in
                try rows.reduce(into: [:]) { settings, row in
                    let (name, value) = try row.decode(String.self, String.self)
                    settings[name] = value
                }
            }
        }
    }
}
