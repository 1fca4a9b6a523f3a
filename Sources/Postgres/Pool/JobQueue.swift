/// Jobs in the order in which they came, bounded in number and in time of waiting. The next one goes to
/// the thread that worked last: its connection knows its statements, and few are kept busy by little work.
final class JobQueue: Sendable {
    private struct State {
        var waiting: [Job] = []
        /// What wakes the threads that have nothing to do, those that worked last at the end.
        var idle: [Condition] = []
        var running = 0
        var connected = 0
        var threads = 0
        var isClosed = false
        var onDrained: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Monitor(State())
    private let closing = Condition()
    private let maxWaiters: Int
    private let maxWait: Duration

    init(maxWaiters: Int, maxWait: Duration) {
        self.maxWaiters = maxWaiters
        self.maxWait = maxWait
    }

    var statistics: Database.Statistics {
        state.withLock { state in
            Database.Statistics(
                queued: state.waiting.count,
                running: state.running,
                connected: state.connected
            )
        }
    }

    /// Lets a job wait its turn, or refuses it at once.
    func enqueue(_ job: Job) {
        let refusal: (any Error)? = state.withLock { state in
            if job.isCancelled { return CancellationError() }
            if state.isClosed { return PostgresError.closed }
            if state.waiting.count >= maxWaiters { return PostgresError.overloaded }
            job.deadline = .now + maxWait
            state.waiting.append(job)
            state.idle.popLast()?.signal()
            return nil
        }
        if let refusal { job.refuse(refusal) }
    }

    /// Drops a job that has not started; one that is not here yet will be refused when it comes.
    func cancel(_ job: Job) {
        let wasWaiting = state.withLock { state in
            job.isCancelled = true
            guard let index = state.waiting.firstIndex(where: { $0 === job }) else { return false }
            state.waiting.remove(at: index)
            return true
        }
        if wasWaiting { job.refuse(CancellationError()) }
    }

    /// Blocks the thread that `bell` wakes until there is a job; nil when there never will be one again.
    func next(waking bell: Condition) -> Job? {
        var hasWaited = false
        return state.wait(on: bell) { state -> Job?? in
            state.idle.removeAll { $0 === bell }
            guard state.waiting.isEmpty else {
                state.running += 1
                return state.waiting.removeFirst()
            }
            if state.isClosed { return .some(nil) }
            // A thread that was faster took what this one was woken for.
            if hasWaited { state.idle.insert(bell, at: 0) } else { state.idle.append(bell) }
            hasWaited = true
            return nil
        }
    }

    func jobEnded() { state.withLock { $0.running -= 1 } }

    func connectionOpened() { state.withLock { $0.connected += 1 } }

    func connectionClosed() { state.withLock { $0.connected -= 1 } }

    func threadStarted() { state.withLock { $0.threads += 1 } }

    func threadEnded() {
        let drained = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.threads -= 1
            guard state.threads == 0 else { return [] }
            defer { state.onDrained = [] }
            return state.onDrained
        }
        for continuation in drained { continuation.resume() }
        // A worker ends when nothing waits any more: there is nobody left to refuse either.
        closing.broadcast()
    }

    /// Takes no more jobs; those that are here will be done.
    func close() {
        state.withLock { state in
            state.isClosed = true
            for bell in state.idle { bell.signal() }
        }
        closing.broadcast()
    }

    /// Suspends until all threads have ended.
    func drained() async {
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                if state.threads > 0 { state.onDrained.append(continuation) }
                return state.threads == 0
            }
            if isDrained { continuation.resume() }
        }
    }

    /// Refuses jobs that waited too long, until the queue is closed and empty. Blocks.
    ///
    /// All wait equally long and the oldest is first, so a job that comes during a pause cannot
    /// be due before it ends: nobody needs to wake this thread.
    func refuseLateJobs() {
        while true {
            let (late, isOver) = state.withLock { state in
                let now = ContinuousClock.now
                let late = state.waiting.prefix { $0.deadline <= now }
                state.waiting.removeFirst(late.count)
                return (late, state.isClosed && state.waiting.isEmpty)
            }
            for job in late { job.refuse(PostgresError.overloaded) }
            if isOver { return }
            state.pause(on: closing) { state in
                if state.isClosed && state.waiting.isEmpty { return nil }
                guard let oldest = state.waiting.first else { return maxWait }
                return ContinuousClock.now.duration(to: oldest.deadline)
            }
        }
    }
}

/// Work for a database thread, and what to do when it cannot be done.
/// The variables belong to the queue, under its lock.
final class Job: @unchecked Sendable {
    fileprivate var deadline = ContinuousClock.now
    fileprivate var isCancelled = false
    private var work: (@Sendable (Worker) -> Void)?
    private var refusal: (@Sendable (any Error) -> Void)?

    /// Completes the job before it is enqueued; a task that is cancelled needs to name it earlier.
    func prepare<T: Sendable>(
        _ continuation: CheckedContinuation<T, any Error>,
        _ work: @escaping @Sendable (Worker) throws -> T
    ) {
        self.work = { worker in continuation.resume(with: Result { try work(worker) }) }
        refusal = { continuation.resume(throwing: $0) }
    }

    func run(on worker: Worker) { work?(worker) }

    func refuse(_ error: any Error) { refusal?(error) }
}
