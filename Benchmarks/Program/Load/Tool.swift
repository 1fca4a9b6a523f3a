import Foundation

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
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"].merging(environment) {
            $1
        }
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        let text = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(
                        with: Result { try Self.output(of: process, through: output) }
                    )
                }
            }
        } onCancel: {
            if process.isRunning { process.terminate() }
        }
        try Task.checkCancellation()
        guard process.terminationStatus == 0 else {
            throw BenchmarkFailure("\(program) failed:\n\(text.suffix(2000))")
        }
        return text
    }

    /// A child inherits the signals that its parent's thread blocks, and those of Swift's pool
    /// block the alarm by which pgbench ends.
    private static func output(of process: Process, through pipe: Pipe) throws -> String {
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        try process.run()
        let bytes = try pipe.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        return String(decoding: bytes ?? Data(), as: UTF8.self)
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
