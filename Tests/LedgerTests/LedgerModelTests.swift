import FoundationEssentials
import Ledger
import LedgerModel
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// Random histories on the ledger and on a model of a few pages.
@Suite(.serialized, .timeLimit(.minutes(15))) struct LedgerModelTests {
    private static let opening = Task {
        try await EmptyLedger.open("histories", on: TestStack.shared)
    }

    /// What no history reaches: moves by the ledger itself are not proposed.
    private static let words: Set<String> = [
        "posted", "replayed", "conflict", "forbidden", "unknown-account", "account-not-open",
        "account-expired", "mixed-coins", "amount-out-of-range", "unbalanced",
        "insufficient-funds", "above-ceiling", "daily-spending-limit", "daily-receiving-limit",
        "hold-ended", "above-hold", "reversal-exceeds", "linked-transfer-refused", "held",
        "voided", "expired",
    ]

    @Test func `every answer and every balance is as the model says`() async throws {
        let roles = try await Self.opening.value
        var answers: [String: Int] = [:]
        let histories = (UInt64(1)...6).map { seed in
            var generator = HistoryGenerator(seed: seed)
            let steps = generator.history(steps: 2500)
            answers.merge(generator.answers, uniquingKeysWith: +)
            return (seed, steps)
        }
        // Where a history never comes, it proves nothing.
        #expect(Self.words.subtracting(answers.keys).isEmpty)
        let trial = LedgerTrial(roles)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (seed, steps) in histories {
                group.addTask {
                    guard let found = try await trial.play(steps) else { return }
                    Issue.record("seed \(seed): \(try await trial.shrink(found))")
                }
            }
            try await group.waitForAll()
        }
        try await requireSoundHistories()
    }

    @Test func `a wrong model is found out, by a history of a few steps`() async throws {
        let trial = LedgerTrial(
            try await Self.opening.value,
            model: LedgerModel(ignoringFloors: true)
        )
        var generator = HistoryGenerator(seed: 7)
        let found = try #require(try await trial.play(generator.history(steps: 300)))
        let shortest = try await trial.shrink(found)
        #expect(shortest.steps.count <= 3, "\(shortest)")
        #expect(shortest.found == "insufficient-funds")
    }

    private func requireSoundHistories() async throws {
        var configuration = try await TestStack.shared.databaseConfiguration(
            role: "wijkmunt_audit"
        )
        configuration.database = "histories"
        let database = Database(configuration: configuration, logger: .silent)
        let report = try await LedgerAudit.run(in: database, haveLines: false)
        await database.shutDown()
        #expect(report.isSound, "\(report)")
    }
}
