import Glibc

/// What a transaction sees of others (PostgreSQL documentation, "Transaction Isolation").
package enum Isolation: String, Sendable {
    /// Every statement sees what was committed before it began.
    case readCommitted = "READ COMMITTED"
    /// The whole transaction sees what was committed before its first statement.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other.
    case serializable = "SERIALIZABLE"
}

extension Worker {
    private static let maxRetries = 3

    /// Runs a transaction; the only place where anything is retried: serialization failures,
    /// deadlocks, and prepared statements that a schema change made stale.
    func transaction<T>(
        _ isolation: Isolation,
        for tenant: Tenant,
        _ body: (Connection) throws -> T
    ) throws -> T {
        var retries = 0
        while true {
            switch try attempt(isolation, for: tenant, body) {
            case .committed(let value): return value
            case .rolledBack(let error, let mayRetry):
                guard mayRetry, retries < Self.maxRetries else { throw error }
                retries += 1
                backOff(beforeRetry: retries)
            }
        }
    }

    private enum Attempt<T> {
        case committed(T)
        case rolledBack(any Error, mayRetry: Bool)
    }

    private func attempt<T>(
        _ isolation: Isolation,
        for tenant: Tenant,
        _ body: (Connection) throws -> T
    ) throws -> Attempt<T> {
        let connection = try begin(isolation, for: tenant)
        do {
            let value = try body(connection)
            if connection.loss != nil { throw PostgresError.unavailable("connection lost") }
            if let cause = connection.abortCause { throw cause }
            return try commit(value, on: connection)
        } catch PostgresError.outcomeUnknown {
            throw PostgresError.outcomeUnknown
        } catch {
            let mayRetry = [error as? PostgresError, connection.abortCause]
                .contains { $0?.isRetryable ?? false }
            rollBackIfNeeded(connection)
            return .rolledBack(error, mayRetry: mayRetry && connection.isIdle)
        }
    }

    private func commit<T>(
        _ value: T,
        on connection: Connection
    ) throws(PostgresError) -> Attempt<T> {
        // The body's own script ended the transaction: what it did then cannot be undone.
        if connection.isIdle { throw .outcomeUnknown }
        do {
            try connection.executeScript("COMMIT")
            return .committed(value)
        } catch {
            switch connection.loss {
            case nil, .beforeExecution: throw error
            case .aborted, .unknown: throw .outcomeUnknown
            }
        }
    }

    private func rollBackIfNeeded(_ connection: Connection) {
        guard connection.loss == nil, !connection.isIdle else { return }
        // A connection that cannot even roll back is not idle and thereby discarded after the job.
        try? connection.rollBack()
    }

    /// Some milliseconds, different for everybody, so that those who collided do not meet again.
    private func backOff(beforeRetry retry: Int) {
        usleep(UInt32.random(in: 500...(2_500 << UInt32(retry))))
    }
}
