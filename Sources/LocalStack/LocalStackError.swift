import Glibc

/// Why the local installation cannot be started or used; one English sentence for a developer.
package struct LocalStackError: Error, Sendable, CustomStringConvertible {
    /// The sentence.
    package let description: String
    /// Whether another process runs this directory.
    package var isDirectoryInUse = false

    /// Creates it from its sentence.
    package init(_ description: String) {
        self.description = description
    }

    /// A system call that failed, with the words of the operating system.
    static func system(_ what: String, code: Int32 = errno) -> LocalStackError {
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return LocalStackError("\(what): \(reason)")
    }
}
