import Synchronization

/// Lets so many through at once; some more wait in line, and the rest is told to come back.
final class Gate: Sendable {
    /// What a scraper may know.
    struct Counts: Sendable {
        var running = 0
        var waiting = 0
        var refused = 0
    }

    private struct Waiter {
        let continuation: CheckedContinuation<Bool, Never>
        let since: ContinuousClock.Instant
    }

    private struct State {
        var counts = Counts()
        var line: [Waiter] = []
        /// Those of the line that have been called already.
        var called = 0

        mutating func next() -> Waiter? {
            guard called < line.count else { return nil }
            let waiter = line[called]
            called += 1
            if called == line.count || called > 256 {
                line.removeFirst(called)
                called = 0
            }
            counts.waiting -= 1
            return waiter
        }
    }

    private let mostRunning: Int
    private let mostWaiting: Int
    private let state = Mutex(State())
    private let patience: Duration

    /// Whoever has waited longer than `patience`, as long as a job may wait for the database, is
    /// told to come back.
    init(running: Int, waiting: Int, patience: Duration = .seconds(5)) {
        mostRunning = running
        mostWaiting = waiting
        self.patience = patience
    }

    /// What goes on now, and how many were turned away since the start.
    var counts: Counts { state.withLock { $0.counts } }

    /// Does the work when it is its turn; throws 503 when the line is full or does not move.
    func pass<Result>(_ work: () async throws -> Result) async throws -> Result {
        guard await enter() else {
            state.withLock { $0.counts.refused += 1 }
            throw Problem.unavailable("Too much of this work at once.", retryAfter: 1)
        }
        defer { leave() }
        return try await work()
    }

    private func enter() async -> Bool {
        if state.withLock({ enter(&$0) }) { return true }
        return await withCheckedContinuation { continuation in
            let verdict = state.withLock { state -> Bool? in
                if enter(&state) { return true }
                guard state.counts.waiting < mostWaiting else { return false }
                state.counts.waiting += 1
                state.line.append(Waiter(continuation: continuation, since: .now))
                return nil
            }
            if let verdict { continuation.resume(returning: verdict) }
        }
    }

    private func enter(_ state: inout State) -> Bool {
        guard state.counts.running < mostRunning else { return false }
        state.counts.running += 1
        return true
    }

    /// Hands the place to the first in line who has not waited too long.
    private func leave() {
        let (late, next) = state.withLock { state -> ([Waiter], Waiter?) in
            var late: [Waiter] = []
            while let waiter = state.next() {
                if waiter.since.duration(to: .now) <= patience { return (late, waiter) }
                late.append(waiter)
            }
            state.counts.running -= 1
            return (late, nil)
        }
        for waiter in late { waiter.continuation.resume(returning: false) }
        next?.continuation.resume(returning: true)
    }
}
