import Foundation
import Synchronization

/// What was done and what was wrong.
final class SoakLog: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var violations = 0
    }
    private let state = Mutex(State())

    func count(_ what: String, _ number: Int = 1) {
        state.withLock { $0.counts[what, default: 0] += number }
    }

    /// A line that whoever watches sees at once.
    func say(_ text: String) {
        FileHandle.standardOutput.write(Data("\(Date().ISO8601Format()) \(text)\n".utf8))
    }

    /// Something that must never be.
    func violation(_ text: String) {
        state.withLock { $0.violations += 1 }
        say("VIOLATION: \(text)")
    }

    var hasViolations: Bool { state.withLock { $0.violations > 0 } }

    var summary: String {
        state.withLock { state in
            let counts = state.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            return (counts + ["\(state.violations) violations"]).joined(separator: ", ")
        }
    }
}
