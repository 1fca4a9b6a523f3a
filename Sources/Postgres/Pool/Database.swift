package import Logging
import ServiceLifecycle

/// PostgreSQL for concurrent Swift: a few threads with one blocking connection each, fed by one
/// bounded queue.
///
/// Works from the moment it is made and connects when needed; `run` only waits for the shutdown.
/// A body runs on a database thread and is synchronous: nothing can suspend between BEGIN and
/// COMMIT. All methods throw `CancellationError` when the task is cancelled while its work waits;
/// work that has begun is completed. Whatever runs sees the rows of the task's `Tenant`.
package final class Database: Service, Sendable {
    /// A glance at the pool, for metrics.
    package struct Statistics: Sendable, Equatable {
        /// Jobs that wait for a connection.
        package let queued: Int
        /// Jobs that have one.
        package let running: Int
        /// Open connections.
        package let connected: Int
    }

    private let queue: JobQueue
    private let configuration: DatabaseConfiguration

    /// Starts the threads. Does not connect yet.
    package init(configuration: DatabaseConfiguration, logger: Logger) {
        precondition(configuration.connections > 0 && configuration.maxWaiters > 0)
        self.configuration = configuration
        let queue = JobQueue(
            maxWaiters: configuration.maxWaiters,
            maxWait: .seconds(configuration.maxWaitSeconds)
        )
        self.queue = queue
        let gate = ConnectGate(logger: logger)
        for number in 1...configuration.connections {
            queue.threadStarted()
            startDatabaseThread(named: "postgres-\(number)") {
                Worker(configuration, gate: gate, queue: queue).work()
                queue.threadEnded()
            }
        }
        queue.threadStarted()
        startDatabaseThread(named: "postgres-late") {
            queue.refuseLateJobs()
            queue.threadEnded()
        }
    }

    deinit { queue.close() }

    /// How busy the pool is now.
    package var statistics: Statistics { queue.statistics }

    /// Waits for a graceful shutdown (or the task's cancellation), then does `shutDown`.
    package func run() async throws {
        // Cancellation ends the wait as well, and what was accepted is completed all the same.
        try? await gracefulShutdown()
        await shutDown()
    }

    /// Takes no new work (`.closed`), completes what was accepted, closes the connections and ends
    /// the threads. Returns when all that is done.
    package func shutDown() async {
        queue.close()
        await queue.drained()
    }

    /// Runs one statement that commits by itself and decodes its rows on the database's thread.
    ///
    /// Throws `.overloaded`, `.closed`, `.unavailable`, `.server`; `.outcomeUnknown` when the
    /// connection was lost during any statement, because a SELECT may call a function that writes.
    /// What `decode` throws is thrown on, after the statement's effects were committed.
    package func query<T: Sendable>(
        _ sql: SQL,
        _ decode: @escaping @Sendable (Rows) throws -> T
    ) async throws -> T {
        try await submit { worker, tenant in try decode(Rows(worker.run(sql, for: tenant))) }
    }

    /// Runs one statement that commits by itself and returns the number of rows it touched.
    /// Throws as `query` does.
    @discardableResult
    package func execute(_ sql: SQL) async throws -> Int {
        try await submit { worker, tenant in try worker.run(sql, for: tenant).affectedRows }
    }

    /// Runs the body between BEGIN and COMMIT on a database thread; it rolls back when it throws.
    ///
    /// After a serialization failure or a deadlock the body is run again, up to three times: it
    /// must have no effect but in the database. Throws what the body throws, and
    /// `.overloaded`, `.closed`, `.unavailable` (nothing was committed) or `.outcomeUnknown` (the
    /// connection was lost during COMMIT).
    @discardableResult
    package func transaction<T: Sendable>(
        isolation: Isolation = .readCommitted,
        _ body: @escaping @Sendable (Connection) throws -> T
    ) async throws -> T {
        try await submit { worker, tenant in
            try worker.transaction(isolation, for: tenant, body)
        }
    }

    private func submit<T: Sendable>(
        _ work: @escaping @Sendable (Worker, Tenant) throws -> T
    ) async throws -> T {
        let job = Job()
        let tenant = Tenant.current ?? configuration.tenant
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                job.prepare(continuation) { worker in try work(worker, tenant) }
                queue.enqueue(job)
            }
        } onCancel: {
            queue.cancel(job)
        }
    }
}
