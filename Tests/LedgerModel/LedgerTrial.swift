/// Where model and database differ for the first time.
package struct Divergence: Error, Sendable, CustomStringConvertible {
    /// The shortest history that is known to lead there.
    package let steps: [LedgerStep]
    /// The step, or nil when all answers were equal and the books are not.
    package let step: Int?
    package let expected: String
    package let found: String

    /// The history to read, and what is wrong with its end.
    package var description: String {
        let history = steps.map { "    \($0)" }.joined(separator: "\n")
        return "after \(steps.count) steps the model says '\(expected)', the database "
            + "'\(found)':\n\(history)"
    }
}

/// Plays histories on the model and on the database.
package struct LedgerTrial: Sendable {
    private let roles: LedgerRoles
    private let model: LedgerModel
    /// The most histories that shrinking may try.
    private static let mostTries = 400

    package init(_ roles: LedgerRoles, model: LedgerModel = LedgerModel()) {
        self.roles = roles
        self.model = model
    }

    /// Nil when both agree to the end.
    package func play(_ steps: [LedgerStep]) async throws -> Divergence? {
        var model = model
        var session = try await LedgerSession.open(roles)
        var start = 0
        while start < steps.count {
            let batch = steps[start..<end(of: start, in: steps)]
            let expected = model.apply(batch)
            let found = try await session.apply(batch)
            for (place, (expected, found)) in zip(expected, found).enumerated()
            where expected != found {
                return Divergence(
                    steps: Array(steps[..<batch.endIndex]),
                    step: start + place,
                    expected: expected,
                    found: found
                )
            }
            if model.hasExpiredPots { try await session.sweepExpiredPots() }
            start = batch.endIndex
        }
        return compare(model, try await session.state(), steps)
    }

    private func end(of start: Int, in steps: [LedgerStep]) -> Int {
        guard case .move(let first) = steps[start] else { return start + 1 }
        let next = steps[(start + 1)...].firstIndex { step in
            guard case .move(let move) = step else { return true }
            return move.startsBatch || move.role != first.role
        }
        return min(next ?? steps.count, start + 1000)
    }

    private func compare(
        _ model: LedgerModel,
        _ state: LedgerState,
        _ steps: [LedgerStep]
    ) -> Divergence? {
        func divergence(_ account: Int, _ expected: Any, _ found: Any) -> Divergence {
            Divergence(
                steps: steps,
                step: nil,
                expected: "\(Cast.name(account)) \(expected)",
                found: "\(found)"
            )
        }
        for (index, account) in model.accounts.enumerated() {
            let balance = LedgerState.Balance(
                posted: account.posted,
                held: account.held,
                seq: Int64(model.statements[index].count)
            )
            let lines = state.statements[index] ?? []
            if lines != model.statements[index] {
                let line = zip(lines, model.statements[index]).enumerated()
                    .first { $1.0 != $1.1 }?.offset
                return divergence(
                    index,
                    "line \(line ?? -1) of \(model.statements[index].count)",
                    "\(lines.count) lines, \(line.map { "\(lines[$0])" } ?? "")"
                )
            }
            if state.balances[index] != balance {
                return divergence(index, balance, state.balances[index] as Any)
            }
        }
        return nil
    }

    /// The same divergence after fewer steps: leaves out what is not needed, in ever smaller
    /// pieces (delta debugging), each time in a new community.
    package func shrink(_ divergence: Divergence) async throws -> Divergence {
        var best = divergence
        var tries = 0
        var size = max(1, best.steps.count / 2)
        while tries < Self.mostTries {
            var start = 0
            var isSmaller = false
            while start < best.steps.count, tries < Self.mostTries {
                var steps = best.steps
                steps.removeSubrange(start..<min(start + size, steps.count))
                tries += 1
                if !steps.isEmpty, let found = try await play(steps) {
                    best = found
                    isSmaller = true
                } else {
                    start += size
                }
            }
            if size == 1, !isSmaller { break }
            if !isSmaller || size > best.steps.count { size = max(1, size / 2) }
        }
        return best
    }
}
