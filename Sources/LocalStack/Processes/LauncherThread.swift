import Foundation

/// The one thread that starts children.
///
/// Linux sends a child its parent-death signal when the *thread* that started it ends, and
/// threads of Swift's pool come and go. This one lives as long as the process.
final class LauncherThread: Sendable {
    static let shared = LauncherThread()

    private let jobs = Jobs()

    private init() {
        let jobs = jobs
        let thread = Thread {
            while true { jobs.next()() }
        }
        thread.name = "launcher"
        thread.start()
    }

    /// Runs the work on the launcher's thread and throws what it throws.
    func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            jobs.add { continuation.resume(with: Result(catching: work)) }
        }
    }

    private final class Jobs: @unchecked Sendable {
        // Every access holds `condition`.
        private var waiting: [@Sendable () -> Void] = []
        private let condition = NSCondition()

        func add(_ job: @escaping @Sendable () -> Void) {
            condition.withLock { waiting.append(job) }
            condition.signal()
        }

        func next() -> @Sendable () -> Void {
            condition.withLock {
                while waiting.isEmpty { condition.wait() }
                return waiting.removeFirst()
            }
        }
    }
}
