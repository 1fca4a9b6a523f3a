import ArgumentParser
import Foundation
import LocalStack
import TestSupport

/// Measures this build on this machine, against yardsticks of the same run.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wijkmunt-benchmarks",
        abstract: "Measure transfers, payments, the ledger and its history, or payment files.",
        subcommands: [IntakeBenchmark.self]
    )

    @Flag(help: "Fewer rounds and a smaller history: under two minutes of measuring.")
    var quick = false
    @Option(help: "Only these, separated by commas: transfers, payments, ledger, history.")
    var only: String?
    @Option(help: "How many rounds.") var rounds: Int?
    @Option(help: "How many transfers the large history has.") var history: Int?
    @Option(help: "Where the services' executables are; beside this one by default.")
    var programs: String?
    @Option(help: "Where the results go.")
    var results = PackageRoot.path("Benchmarks/results")

    func run() async throws {
        let plan = try plan()
        let scratch = try Self.newDirectory(in: FileManager.default.temporaryDirectory.path)
        let memory = "/dev/shm"
        let decks = access(memory, W_OK) == 0 ? try Self.newDirectory(in: memory) : scratch
        defer {
            for path in [scratch, decks] { try? FileManager.default.removeItem(atPath: path) }
        }
        let (isQuick, programs) = (quick, programs ?? Self.ownDirectory)
        let outcome = try await Self.unlessInterrupted {
            var session = Session(
                plan: plan,
                programs: programs,
                scratch: scratch,
                decks: decks
            )
            let machine = try await session.run()
            return Results(
                plan: plan,
                isQuick: isQuick,
                machine: machine,
                record: session.record,
                historyTransfers: session.historyTransfers
            )
        }
        try FileManager.default.createDirectory(
            atPath: results,
            withIntermediateDirectories: true
        )
        try outcome.json.write(to: URL(filePath: "\(results)/latest.json"))
        try Plot.svg(outcome).write(
            toFile: "\(results)/latest.svg",
            atomically: true,
            encoding: .utf8
        )
        print(Table.text(outcome))
    }

    /// Ctrl-C ends it in order: servers stop, and no gigabytes stay behind.
    private static func unlessInterrupted<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let working = Task { try await work() }
        let interruption = Task {
            for await _ in StopSignals.stream() { working.cancel() }
        }
        defer { interruption.cancel() }
        return try await working.value
    }

    /// A new directory with a name of its own; whoever makes it removes it.
    static func newDirectory(in parent: String) throws -> String {
        let path = "\(parent)/wijkmunt-bench-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func plan() throws -> Plan {
        let names = only.map { $0.split(separator: ",").map(String.init) }
        let chosen = try (names ?? Scenario.allCases.map(\.rawValue)).map { name in
            guard let scenario = Scenario(rawValue: name) else {
                throw ValidationError("\(name) is no scenario")
            }
            return scenario
        }
        var plan = quick ? Plan.quick(Set(chosen)) : Plan.full(Set(chosen))
        if let rounds { plan.rounds = rounds }
        if let history { plan.history = history }
        return plan
    }

    /// Where this program is.
    static var ownDirectory: String {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: own ?? CommandLine.arguments[0]).deletingLastPathComponent().path
    }
}
