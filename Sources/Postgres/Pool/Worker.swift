import Logging

/// A database thread's own things: its connection, made when it is needed and remade when lost.
final class Worker {
    private let configuration: DatabaseConfiguration
    private let gate: ConnectGate
    private let queue: JobQueue
    private let bell = Condition()
    private var connection: Connection?

    init(_ configuration: DatabaseConfiguration, gate: ConnectGate, queue: JobQueue) {
        self.configuration = configuration
        self.gate = gate
        self.queue = queue
    }

    /// Works until the queue is closed and empty. Blocks.
    func work() {
        while let job = queue.next(waking: bell) {
            job.run(on: self)
            tidyUp()
            queue.jobEnded()
        }
        discardConnection()
    }

    /// Runs one statement that commits by itself.
    func run(_ sql: SQL, for tenant: Tenant) throws(PostgresError) -> QueryResult {
        let (connection, isReused) = try usableConnection()
        do {
            return try connection.run(sql, for: tenant)
        } catch {
            switch connection.loss {
            case nil, .aborted: throw error
            case .unknown: throw .outcomeUnknown
            case .beforeExecution:
                // An old connection may have died between the check and now; a new one did not.
                guard isReused else { throw error }
                discardConnection()
                return try run(sql, for: tenant)
            }
        }
    }

    /// A connection inside a transaction that has just begun.
    func begin(_ isolation: Isolation, for tenant: Tenant) throws(PostgresError) -> Connection {
        let (connection, isReused) = try usableConnection()
        do {
            try connection.begin(isolation, for: tenant)
            return connection
        } catch {
            // Losing the connection now loses nothing else.
            guard isReused, connection.loss != nil else { throw error }
            discardConnection()
            return try begin(isolation, for: tenant)
        }
    }

    private func usableConnection() throws(PostgresError) -> (Connection, isReused: Bool) {
        if let connection {
            if connection.isAlive() { return (connection, true) }
            discardConnection()
        }
        let connection = try gate.connect(configuration)
        self.connection = connection
        queue.connectionOpened()
        return (connection, false)
    }

    /// Leaves nothing of one job to the next.
    private func tidyUp() {
        guard let connection else { return }
        do {
            guard connection.isIdle else { return discardConnection() }
            try connection.deallocateEvictedStatements()
        } catch {
            discardConnection()
        }
    }

    private func discardConnection() {
        guard connection != nil else { return }
        connection = nil
        queue.connectionClosed()
    }
}
