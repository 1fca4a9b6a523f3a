import Foundation
import TestSupport

/// wrk with one of our scripts: one thread, so that it takes little from what is measured.
struct Wrk: Sendable {
    /// What `Scripts/report.lua` prints. Times are in microseconds. wrk corrects its percentiles
    /// for requests that a slow answer kept from being sent, which makes them a little worse.
    struct Report: Decodable, Sendable {
        let completed: Int
        let microseconds: Double
        let p50, p90, p99, max: Double
        let badStatus, connect, read, write, timeout: Int

        /// Answers that were none, or refused.
        var errors: Int { badStatus + connect + read + write + timeout }
        var perSecond: Double { Double(completed) * 1_000_000 / microseconds }
    }

    /// Which script with which deck.
    struct Job: Sendable {
        var script: String
        var url: String
        var deck: String
        var path = ""
    }

    private let program: String
    private let scripts = PackageRoot.path("Benchmarks/Scripts")

    init() throws {
        program = try Tool.find("wrk", package: "wrk")
    }

    /// Sends requests for so many seconds over so many connections; throws when one of them was
    /// not answered with success.
    func run(_ job: Job, connections: Int, seconds: Int) async throws -> Report {
        let text = try await Tool.run(
            program,
            [
                "--threads", "1", "--connections", "\(connections)", "--duration", "\(seconds)s",
                "--timeout", "30s", "--script", "\(scripts)/\(job.script)", job.url,
            ],
            environment: [
                "BENCH_SCRIPTS": scripts, "BENCH_DECK": job.deck, "BENCH_PATH": job.path,
                "BENCH_SEED": "\(Int.random(in: 1..<1_000_000_000))",
            ]
        )
        let line = text.split(separator: "\n").last { $0.hasPrefix("{") }
        guard let line else { throw BenchmarkFailure("wrk said:\n\(text.suffix(2000))") }
        let report = try JSONDecoder().decode(Report.self, from: Data(line.utf8))
        guard report.errors == 0, report.completed > 0 else {
            throw BenchmarkFailure("\(job.script): not all requests succeeded: \(line)")
        }
        return report
    }
}
