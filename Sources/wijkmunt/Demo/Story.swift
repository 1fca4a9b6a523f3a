import API
import Glibc

/// Tells the demonstration and stops it at the first thing that is not as told.
struct Story: Sendable {
    /// Something is not as the story says.
    struct Mismatch: Error, CustomStringConvertible {
        let description: String
    }

    /// Begins a chapter.
    func chapter(_ title: String) {
        say("\n\(title)\n" + String(repeating: "─", count: title.count))
    }

    /// Says what happened.
    func tell(_ text: String) {
        say("• \(text)")
    }

    /// Says more about it.
    func detail(_ text: String) {
        say("    \(text)")
    }

    /// Shows a table below what was said.
    func table(_ table: TextTable) {
        for line in table.description.split(separator: "\n") { say("    \(line)") }
    }

    /// Writes at once, so that whoever watches through a pipe sees the story as it happens.
    func say(_ text: String) {
        print(text)
        fflush(nil)
    }

    /// Goes on only when it is so.
    func require(_ condition: Bool, _ claim: String) throws {
        guard condition else { throw Mismatch(description: "not so: \(claim)") }
    }

    /// Goes on only when both are equal.
    func require<T: Equatable>(_ found: T, is expected: T, _ what: String) throws {
        guard found == expected else {
            throw Mismatch(description: "\(what) is \(found), not \(expected)")
        }
    }

    /// Goes on only when the work is refused in this way, and says why it was.
    func requireRefusal(
        _ type: ProblemType,
        _ work: () async throws -> Void
    ) async throws -> Refusal {
        do {
            try await work()
        } catch let refusal as Refusal {
            guard refusal.problemType == type else {
                throw Mismatch(description: "expected \(type.code), got:\n\(refusal)")
            }
            detail("refused: \(refusal.problem?.detail ?? type.code)")
            return refusal
        }
        throw Mismatch(description: "expected \(type.code), and it was done")
    }
}
