import Synchronization

/// Patterns of any form, compiled on first use; what the documents use is a ``Pattern``.
enum PatternCache {
    private enum Compiled: @unchecked Sendable {
        case automaton(Pattern)
        // Regex is not Sendable: immutable after compilation and used only under the lock.
        case regex(Regex<AnyRegexOutput>)
    }

    private static let patterns = Mutex<[String: Compiled]>([:])

    /// The tables of a pattern; `nil` where only a regular expression will do.
    static func automaton(_ pattern: String) -> Pattern? {
        patterns.withLock { patterns in
            let compiled = patterns[pattern] ?? compile(pattern)
            patterns[pattern] = compiled
            guard case .automaton(let automaton) = compiled else { return nil }
            return automaton
        }
    }

    /// Whether the pattern is found in the text; it anchors itself where it means to.
    /// Traps when the document has a pattern that is no regular expression.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        patterns.withLock { patterns in
            let compiled = patterns[pattern] ?? compile(pattern)
            patterns[pattern] = compiled
            switch compiled {
            case .automaton(let automaton): return automaton.matches(text)
            case .regex(let regex): return text.firstMatch(of: regex) != nil
            }
        }
    }

    private static func compile(_ pattern: String) -> Compiled {
        if let automaton = Pattern(pattern) { return .automaton(automaton) }
        do {
            return .regex(try Regex(pattern).matchingSemantics(.unicodeScalar))
        } catch {
            preconditionFailure("the documents have a bad pattern: \(pattern)")
        }
    }
}
