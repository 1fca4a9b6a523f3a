import ArgumentParser
import Foundation
import LocalStack

/// Measures a payment file from the upload to the last credit, against a yardstick of the same run.
struct IntakeBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intake",
        abstract: "Measure a payment file from the upload to the last credit."
    )

    @Option(help: "How many lines the file has; several numbers, separated by commas.")
    var lines = "100000"
    @Option(help: "Where the services' executables are; beside this one by default.")
    var programs: String?

    func run() async throws {
        let sizes = try lines.split(separator: ",").map { text in
            guard let size = Int(text), (1...1_000_000).contains(size) else {
                throw ValidationError("\(text) is no number from 1 to 1,000,000")
            }
            return size
        }
        let programs = programs ?? Benchmarks.ownDirectory
        var runs: [IntakeRun] = []
        for size in sizes {
            // An installation each: peaks of memory are of one file, and tables begin empty.
            runs.append(try await Self.measure(size, programs: programs))
        }
        print(IntakeTable.text(runs))
    }

    private static func measure(_ lines: Int, programs: String) async throws -> IntakeRun {
        let scratch = try Benchmarks.newDirectory(in: FileManager.default.temporaryDirectory.path)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let installation = try await Installation.start(
            in: "\(scratch)/installation",
            programs: programs
        )
        do {
            let run = try await IntakeStage(
                installation: installation,
                scratch: scratch,
                lines: lines
            ).run()
            await installation.stop()
            return run
        } catch {
            await installation.stop()
            throw error
        }
    }
}

/// What became of one file, in seconds and bytes.
struct IntakeRun: Sendable {
    let lines: Int
    let fileBytes: Int
    /// Once through libxml2's push parser, with no callbacks.
    let parsing: Double
    /// One `COPY` of the stored lines into a table like theirs.
    let copying: Double
    /// From the first byte of the upload to the answer that it is validated.
    let validated: Double
    /// From the approval to the last credit, with a pot to open for everybody.
    let credited: Double
    /// The same of a second file, to the pots that are there.
    let creditedAgain: Double
    /// The most memory that the service had at any moment (`VmHWM`).
    let peakBytes: Int

    var yardstick: Double { parsing + copying }
}
