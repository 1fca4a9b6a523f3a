import ArgumentParser
import Foundation
import LedgerModel
import LocalStack
import TestSupport

/// Tries to break an installation for as long as somebody has patience.
@main
struct Soak: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wijkmunt-soak",
        abstract: "Random histories and faults against real services, with every answer checked."
    )

    @Option(help: "How long it runs, in seconds.")
    var seconds = 1200

    @Option(help: "The same seed makes the same histories, amounts and kinds of faults.")
    var seed = UInt64.random(in: 1...UInt64(Int32.max))

    @Option(help: "Where the services' executables are; else beside this program.")
    var programs: String?

    @Flag(help: "Only histories against the model; no services, no faults.")
    var historiesOnly = false

    func run() async throws {
        let log = SoakLog()
        let end = ContinuousClock.now + .seconds(seconds)
        log.say("seed \(seed), \(seconds) seconds")
        await withTaskGroup { group in
            group.addTask { await HistoryLoad(log: log).run(seed: seed, until: end) }
            if !historiesOnly {
                let load = TownLoad(log: log, programs: programs ?? Self.ownDirectory)
                group.addTask { await load.run(seed: seed, until: end) }
            }
            let reports = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: .seconds(60))
                    log.say(log.summary)
                }
            }
            await group.waitForAll()
            reports.cancel()
        }
        log.say("seed \(seed), done: \(log.summary)")
        if log.hasViolations { throw ExitCode.failure }
    }

    private static var ownDirectory: String {
        Bundle.main.executableURL?.deletingLastPathComponent().path ?? "."
    }
}

/// A directory that is gone afterwards.
func withSoakDirectory(_ body: (String) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory
        .appending(path: "wijkmunt-soak-\(UUID().uuidString.prefix(8))").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try await body(directory)
}
