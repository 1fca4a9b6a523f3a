import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// Connections that break anywhere between the first word of the login and the last of an answer.
@Suite(.timeLimit(.minutes(15))) struct GroupPosterCutTests {
    /// A prime, so that over the directions and runs all kinds of places are hit.
    private static let step = 23
    private static let together = 8

    private typealias Answer = Result<Record, PostgresError>

    /// Four items through a proxy, in two batches or more; returns how much was said and what the
    /// callers heard.
    private func exchange(
        _ cut: CuttingProxy.Cut?,
        patience: Duration = .seconds(150)
    ) async throws -> (passed: [CuttingProxy.Direction: Int], answers: [Answer]) {
        let table = try await PosterTable.shared
        let proxy = try CuttingProxy(serverDirectory: table.socketDirectory, cut: cut)
        defer { proxy.stop() }
        let database = table.database(connections: 1) { $0.host = proxy.directory }
        let poster = table.poster(on: database) {
            $0.patience = patience
            $0.outagePatience = patience
        }
        let lane = UUID()
        let answers = try await withThrowingTaskGroup(of: (String, Answer).self) { group in
            for entry in (0..<4).map({ _ in Entry(lane: lane) }) {
                group.addTask {
                    do {
                        return (entry.key, .success(try await poster.post(entry)))
                    } catch let error as PostgresError {
                        return (entry.key, .failure(error))
                    }
                }
            }
            return try await group.reduce(into: [String: Answer]()) { $0[$1.0] = $1.1 }
        }
        await poster.shutDown()
        await database.shutDown()
        try await check(answers, lane, table)
        let passed = CuttingProxy.Direction.allCases.map { ($0, proxy.passed($0)) }
        return (Dictionary(uniqueKeysWithValues: passed), Array(answers.values))
    }

    /// Acknowledged means once, refused not at all, unknown one of the two.
    private func check(_ answers: [String: Answer], _ lane: UUID, _ table: PosterTable)
        async throws
    {
        let effects = try await table.effects(of: lane)
        #expect(answers.count == 4)
        for (key, answer) in answers {
            let count = effects[key] ?? 0
            switch answer {
            case .success: #expect(count == 1)
            case .failure(.outcomeUnknown): #expect(count <= 1)
            case .failure(let error): #expect(count == 0, "\(error)")
            }
        }
    }

    /// What callers heard when connections were cut at many places.
    private func sweep(
        every step: Int,
        connections: Int,
        patience: Duration
    ) async throws -> [Answer] {
        let whole = try await exchange(nil)
        #expect(whole.answers.allSatisfy { $0.isSuccess })
        #expect(whole.passed.values.allSatisfy { $0 > 500 })
        let cuts = whole.passed.flatMap { direction, length in
            stride(from: 1, through: length, by: step).map {
                CuttingProxy.Cut(direction, afterBytes: $0, connections: connections)
            }
        }
        return try await withThrowingTaskGroup(of: [Answer].self) { group in
            var answers: [Answer] = []
            for (index, cut) in cuts.enumerated() {
                if index >= Self.together { answers += try await group.next() ?? [] }
                group.addTask { try await exchange(cut, patience: patience).answers }
            }
            return try await group.reduce(into: answers) { $0 += $1 }
        }
    }

    @Test func `a connection cut anywhere delays every item and doubles none`() async throws {
        let answers = try await sweep(every: Self.step, connections: 1, patience: .seconds(150))
        // The next connection lives, so every outcome is found out.
        #expect(answers.allSatisfy { $0.isSuccess })
        // Some had been posted, and only the answer was lost.
        #expect(answers.contains { (try? $0.get())?.isReplay == true })
        #expect(answers.contains { (try? $0.get())?.isReplay == false })
    }

    @Test func `when every connection is cut, nothing is said that is not so`() async throws {
        let answers = try await sweep(
            every: 3 * Self.step,
            connections: .max,
            patience: .seconds(1)
        )
        #expect(answers.contains { $0.isUnknown })
    }
}

extension Result where Success == Record, Failure == PostgresError {
    fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }

    fileprivate var isUnknown: Bool {
        if case .failure(.outcomeUnknown) = self { true } else { false }
    }
}
