import ArgumentParser
import Foundation
import LocalStack

/// Measures a payment file from the upload to the last credit, against a yardstick of the same run.
struct IntakeBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intake",
        abstract: "Measure a payment file from the upload to the last credit.",
        discussion: "Takes --rounds (5 where it is not given) and --programs as well."
    )

    @Option(help: "How many lines the file has; several numbers, separated by commas.")
    var lines = "100000"
    /// Has the options that both share: the number of rounds, of which the median counts, and where the
    /// programs are.
    @ParentCommand var shared: Benchmarks

    private static let usualRounds = 5

    func run() async throws {
        let sizes = try lines.split(separator: ",").map { text in
            guard let size = Int(text), (1...1_000_000).contains(size) else {
                throw ValidationError("\(text) is no number from 1 to 1,000,000")
            }
            return size
        }
        let rounds = shared.rounds ?? Self.usualRounds
        guard (1...100).contains(rounds) else {
            throw ValidationError("\(rounds) is no number of rounds from 1 to 100")
        }
        let programs = shared.programs ?? Benchmarks.ownDirectory
        var results: [IntakeResult] = []
        for size in sizes {
            var runs: [IntakeRun] = []
            for round in 1...rounds {
                // An installation each: peaks of memory are of one file, and tables begin empty.
                let run = try await Self.measure(size, programs: programs)
                print(IntakeTable.line(of: run, round: round))
                runs.append(run)
            }
            results.append(IntakeResult(lines: size, runs: runs))
        }
        print("\n" + IntakeTable.text(results))
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
