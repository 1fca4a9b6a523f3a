import Foundation
import LocalStack

/// Why a benchmark is worth nothing; one English sentence.
struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A program that runs to its end, such as wrk or pgbench.
enum Tool {
    /// Runs it and returns what it printed; throws with its last words when it fails.
    static func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        directory: String? = nil
    ) async throws -> String {
        let run = try await Command(
            program: program,
            arguments: arguments,
            environment: environment,
            directory: directory ?? "/"
        ).run()
        guard run.status == .exited(0) else {
            throw BenchmarkFailure(
                "\(program): \(run.status)\n\((run.output + run.errors).suffix(2000))"
            )
        }
        return run.output + run.errors
    }

    /// Where a program is; throws with the package that has it.
    static func find(_ name: String, package: String, in directories: [String] = []) throws
        -> String
    {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let places = directories + path.split(separator: ":").map(String.init)
        let programs = places.map { "\($0)/\(name)" }
        guard let found = programs.first(where: { access($0, X_OK) == 0 }) else {
            throw BenchmarkFailure("\(name) is not installed; on Debian: apt install \(package)")
        }
        return found
    }
}
