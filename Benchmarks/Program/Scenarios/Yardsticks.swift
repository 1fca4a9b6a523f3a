import Foundation
import TestSupport

/// What our figures are held against, on the same cluster and in the same round.
struct Yardsticks: Sendable {
    static let clients = 16
    static let scale = 50

    private let installation: Installation
    private let tpcb: PgBench
    private let doubleEntry: PgBench
    private let script = PackageRoot.path("Benchmarks/Scripts/double-entry.pgbench")

    /// Makes their databases and fills them.
    init(_ installation: Installation, scratch: String) async throws {
        self.installation = installation
        tpcb = try PgBench(
            database: await installation.yardstickDatabase("tpcb"),
            programs: installation.serverPrograms,
            scratch: scratch
        )
        try await tpcb.initialise(scale: Self.scale)
        doubleEntry = try PgBench(
            database: await installation.yardstickDatabase("doubleentry"),
            programs: installation.serverPrograms,
            scratch: scratch
        )
        let tables = try String(
            contentsOfFile: PackageRoot.path("Benchmarks/Scripts/double-entry.sql"),
            encoding: .utf8
        )
        try await doubleEntry.runScript(tables)
    }

    /// `pgbench -c 16 -j 2`: TPC-B-like, simple protocol.
    func tpcb(seconds: Int) async throws -> Sample {
        try await installation.sample {
            Sample(try await tpcb.run(clients: Self.clients, seconds: seconds))
        }
    }

    /// The same with 64 clients and the time of every transaction.
    func tpcbLatency(seconds: Int) async throws -> Sample {
        try await installation.sample {
            Sample(
                try await tpcb.run(
                    clients: Plan.comparedConnections,
                    seconds: seconds,
                    withLatencies: true
                )
            )
        }
    }

    /// A double entry as one transaction per transfer, by one prepared call.
    func doubleEntry(seconds: Int) async throws -> Sample {
        try await installation.sample {
            Sample(
                try await doubleEntry.run(
                    clients: Self.clients,
                    seconds: seconds,
                    arguments: ["--protocol", "prepared", "--file", script]
                )
            )
        }
    }
}
