import LedgerModel
import LocalStack
import TestSupport

/// One random history after the other on the model and on a ledger that nobody disturbs.
struct HistoryLoad {
    let log: SoakLog

    private static let steps = 3000
    /// A database is thrown away after so many histories: the disk is not ours alone.
    private static let historiesPerDatabase = 60

    func run(seed: UInt64, until end: ContinuousClock.Instant) async {
        var seed = seed
        do {
            while ContinuousClock.now < end, !Task.isCancelled {
                try await withSoakDirectory { directory in
                    let stack = try LocalStack(.init(directory: directory))
                    try await stack.startDatabase()
                    let roles = try await EmptyLedger.open("histories", on: stack)
                    for _ in 0..<Self.historiesPerDatabase where ContinuousClock.now < end {
                        try await play(seed, on: roles)
                        seed &+= 1
                    }
                    await roles.shutDown()
                    await checkBooks(of: stack, database: "histories", haveLines: false, log)
                    await stack.stop()
                }
            }
        } catch {
            log.violation("history of seed \(seed): \(error)")
        }
    }

    private func play(_ seed: UInt64, on roles: LedgerRoles) async throws {
        var generator = HistoryGenerator(seed: seed)
        let steps = generator.history(steps: Self.steps)
        let trial = LedgerTrial(roles)
        if let found = try await trial.play(steps) {
            log.violation("history of seed \(seed): \(try await trial.shrink(found))")
        }
        log.count("steps of histories", steps.count)
        log.count("histories")
    }
}
