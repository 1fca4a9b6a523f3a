import Synchronization

/// Compiled patterns of the documents; there are a few dozen, compiled on first use.
enum PatternCache {
    private final class Cache: Sendable {
        // Regex is not Sendable, so each use compiles or runs under the lock.
        let patterns = Mutex<[String: Compiled]>([:])
    }

    private struct Compiled: @unchecked Sendable {
        // Immutable after compilation and used only under the lock.
        let regex: Regex<AnyRegexOutput>
    }

    private static let cache = Cache()

    /// Whether the pattern is found in the text; it anchors itself where it means to.
    /// Traps when the document has a pattern that is no regular expression.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        cache.patterns.withLock { patterns in
            let compiled: Compiled
            if let known = patterns[pattern] {
                compiled = known
            } else {
                do {
                    compiled = Compiled(
                        regex: try Regex(pattern).matchingSemantics(.unicodeScalar)
                    )
                } catch {
                    preconditionFailure("the documents have a bad pattern: \(pattern)")
                }
                patterns[pattern] = compiled
            }
            return text.firstMatch(of: compiled.regex) != nil
        }
    }
}
