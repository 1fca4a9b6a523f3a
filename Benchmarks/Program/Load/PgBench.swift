import Foundation
import Postgres

/// PostgreSQL's own benchmark, in a database of its own on the cluster that we use.
struct PgBench: Sendable {
    /// What a run showed.
    struct Report: Sendable {
        let perSecond: Double
        let transactions: Int
        /// In microseconds; empty unless asked for.
        var latencies: [Double] = []
    }

    private let program: String
    private let database: DatabaseConfiguration
    private let scratch: String

    /// `programs` is where the server's programs are; log files go to `scratch`.
    init(database: DatabaseConfiguration, programs: String, scratch: String) throws {
        program = try Tool.find("pgbench", package: "postgresql", in: [programs])
        self.database = database
        self.scratch = scratch
    }

    /// Makes the tables of the TPC-B-like benchmark.
    func initialise(scale: Int) async throws {
        _ = try await call(["--initialize", "--scale", "\(scale)", "--quiet"])
    }

    /// Runs SQL by psql, which stands beside pgbench.
    func runScript(_ sql: String) async throws {
        let psql = try Tool.find("psql", package: "postgresql", in: [Self.directory(of: program)])
        let file = "\(scratch)/script.sql"
        try sql.write(toFile: file, atomically: true, encoding: .utf8)
        _ = try await Tool.run(
            psql,
            ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", file] + connection,
            environment: environment
        )
    }

    /// Runs it with two threads; `arguments` choose the script and the protocol.
    func run(
        clients: Int,
        seconds: Int,
        arguments: [String] = [],
        withLatencies: Bool = false
    ) async throws -> Report {
        let logs = "\(scratch)/pgbench-log"
        try? FileManager.default.removeItem(atPath: logs)
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        let text = try await call(
            ["--no-vacuum", "--client", "\(clients)", "--jobs", "2", "--time", "\(seconds)"]
                + (withLatencies ? ["--log", "--log-prefix", "\(logs)/log"] : []) + arguments
        )
        var report = try Self.report(text)
        if withLatencies { report.latencies = try Self.latencies(in: logs) }
        return report
    }

    /// Reads what pgbench prints at the end.
    static func report(_ text: String) throws -> Report {
        let rate = text.firstMatch(of: #/tps = ([0-9.]+)/#).flatMap { Double($0.1) }
        let done = text.firstMatch(of: #/actually processed: ([0-9]+)/#).flatMap { Int($0.1) }
        let failed = text.firstMatch(of: #/failed transactions: ([0-9]+)/#).flatMap { Int($0.1) }
        guard let rate, let done, failed ?? 0 == 0 else {
            throw BenchmarkFailure("pgbench said:\n\(text.suffix(2000))")
        }
        return Report(perSecond: rate, transactions: done)
    }

    /// The third column of a per-transaction log is the time that the transaction took.
    private static func latencies(in directory: String) throws -> [Double] {
        let files = try FileManager.default.contentsOfDirectory(atPath: directory)
        return try files.flatMap { name in
            try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
                .split(separator: "\n")
                .compactMap { line in
                    let columns = line.split(separator: " ", maxSplits: 3)
                    return columns.count > 2 ? Double(columns[2]) : nil
                }
        }
    }

    private func call(_ arguments: [String]) async throws -> String {
        try await Tool.run(program, arguments + connection, environment: environment)
    }

    private var connection: [String] {
        [
            "--host", database.host, "--port", "\(database.port)", "--username", database.user,
            database.database,
        ]
    }

    private var environment: [String: String] { ["PGPASSWORD": database.password ?? ""] }

    private static func directory(of path: String) -> String {
        URL(filePath: path).deletingLastPathComponent().path
    }
}
