import Logging

/// One connection, handed to a transaction's body on the connection's own thread.
///
/// Everything here blocks and nothing suspends. It cannot leave the body: it is not `Sendable`.
package final class Connection {
    /// How far a statement got before the connection was lost.
    enum Loss {
        /// It was never executed.
        case beforeExecution
        /// The server said that it gave up before completing it.
        case aborted
        /// It may have been executed.
        case unknown
    }

    static let statementCapacity = 512

    private let libpq: LibPQ
    private var statements = StatementCache(capacity: statementCapacity)
    private var savepoints = 0
    /// Whose rows the session shows between transactions. Only what succeeded by itself changes it:
    /// a transaction has a setting of its own, which ends with it.
    private var tenant = Tenant.nobody
    /// Set once; the connection is of no more use.
    private(set) var loss: Loss?
    /// The error that put the running transaction in its failed state.
    private(set) var abortCause: PostgresError?

    init(_ configuration: DatabaseConfiguration, logger: Logger) throws(PostgresError) {
        libpq = try LibPQ(configuration.connectionParameters, logger: logger)
    }

    /// Runs one statement and returns its rows.
    /// Throws `.server` when it is refused, `.unavailable` when the connection is lost.
    package func query(_ sql: SQL) throws(PostgresError) -> Rows {
        Rows(try runOnce(sql))
    }

    /// Runs one statement and returns the number of rows it touched.
    /// Throws as `query` does.
    @discardableResult
    package func execute(_ sql: SQL) throws(PostgresError) -> Int {
        try runOnce(sql).affectedRows
    }

    /// Runs raw text of one or more statements without parameters: for migrations only.
    /// Throws as `query` does; what follows the first refused statement is not run.
    package func executeScript(_ sql: String) throws(PostgresError) {
        try requireConnection()
        let wasSent = libpq.send(script: sql)
        _ = try conclude(wasSent: wasSent, onLoss: .unknown)
    }

    /// Runs the body so that everything it did in the database is undone when it throws.
    /// Rethrows what the body throws. A refusal the body swallowed is thrown all the same.
    @discardableResult
    package func savepoint<T>(_ body: () throws -> T) throws -> T {
        savepoints += 1
        defer { savepoints -= 1 }
        let name = "savepoint_\(savepoints)"
        try executeScript("SAVEPOINT \(name)")
        do {
            let value = try body()
            if let abortCause { throw abortCause }
            try executeScript("RELEASE SAVEPOINT \(name)")
            return value
        } catch {
            if loss == nil {
                try executeScript("ROLLBACK TO SAVEPOINT \(name); RELEASE SAVEPOINT \(name)")
                abortCause = nil
            }
            throw error
        }
    }

    /// Tells listeners about something when and if the transaction commits.
    /// The payload holds fewer than 8000 bytes. Throws as `query` does.
    package func notify(channel: String, payload: String = "") throws(PostgresError) {
        try execute("SELECT pg_notify(\(channel), \(payload))")
    }
}

extension Connection {
    var isIdle: Bool { loss == nil && libpq.isIdle }
    var socket: Int32 { libpq.socket }

    func isAlive() -> Bool { loss == nil && libpq.isAlive() }

    func consumeInput() -> Bool { libpq.consumeInput() }

    func nextNotification() -> (channel: String, payload: String)? { libpq.nextNotification() }

    func begin(_ isolation: Isolation, for tenant: Tenant) throws(PostgresError) {
        abortCause = nil
        let begin = "BEGIN ISOLATION LEVEL \(isolation.rawValue)"
        guard tenant != self.tenant else { return try executeScript(begin) }
        let setting = tenant.command(replacing: self.tenant, isLocal: true)
        try executeScript("\(begin); \(setting)")
    }

    /// Ends a transaction without its effects.
    func rollBack() throws(PostgresError) {
        abortCause = nil
        try executeScript("ROLLBACK")
    }

    /// Lets the server forget evicted statements; only between transactions.
    func deallocateEvictedStatements() throws(PostgresError) {
        guard !statements.evicted.isEmpty else { return }
        // One by one: a statement that is already gone must not keep the others.
        for name in statements.takeEvicted() {
            do {
                try executeScript("DEALLOCATE \(name)")
            } catch {
                guard error.sqlState == "26000" else { throw error }
            }
        }
    }

    /// Runs one statement that commits by itself.
    func run(_ sql: SQL, for tenant: Tenant) throws(PostgresError) -> QueryResult {
        do {
            return try runOnce(sql, for: tenant)
        } catch {
            // Raised before execution. In a transaction, it has failed: that runs again as a whole.
            guard case .server(let report) = error, report.isStaleStatement, isIdle else {
                throw error
            }
            return try runOnce(sql, for: tenant)
        }
    }

    /// Runs one statement; the tenant is that of the transaction where none is named.
    private func runOnce(
        _ sql: SQL,
        for tenant: Tenant? = nil
    ) throws(PostgresError) -> QueryResult {
        try requireConnection()
        let key = StatementCache.Key(text: sql.text, types: sql.parameters.types)
        let known = statements.name(for: key)
        let name = if let known { known } else { try prepare(key) }
        do {
            guard let tenant, tenant != self.tenant else {
                let wasSent = libpq.sendExecute(name: name, sql.parameters)
                return try conclude(wasSent: wasSent, onLoss: .unknown)
            }
            let wasSent = libpq.sendExecute(
                name: name,
                sql.parameters,
                after: tenant.command(replacing: self.tenant, isLocal: false)
            )
            let result = try conclude(wasSent: wasSent, onLoss: .unknown)
            self.tenant = tenant
            return result
        } catch {
            if case .server(let report) = error, report.isStaleStatement { statements.forget(key) }
            throw error
        }
    }

    private func prepare(_ key: StatementCache.Key) throws(PostgresError) -> String {
        let name = statements.newName()
        let wasSent = libpq.sendPrepare(name: name, text: key.text, types: key.types)
        _ = try conclude(wasSent: wasSent, onLoss: .beforeExecution)
        statements.insert(name, for: key)
        return name
    }

    private func requireConnection() throws(PostgresError) {
        if loss != nil { throw .unavailable("connection lost") }
    }

    /// Waits for the verdict on what was sent.
    private func conclude(wasSent: Bool, onLoss: Loss) throws(PostgresError) -> QueryResult {
        guard wasSent else { throw lose(.beforeExecution) }
        let reply = libpq.collect()
        guard libpq.isConnected, !reply.isInterrupted else {
            // Success is reported before the commit, an error instead of it.
            let wasAborted = reply.error != nil && !reply.wasCompleted
            throw lose(wasAborted ? .aborted : onLoss, reply.error)
        }
        if let error = reply.error {
            if libpq.hasFailedTransaction { abortCause = abortCause ?? .server(error) }
            throw .server(error)
        }
        guard let result = reply.result else { throw lose(onLoss) }
        return result
    }

    private func lose(_ loss: Loss, _ error: ServerError? = nil) -> PostgresError {
        self.loss = loss
        // libpq's own text would repeat the DETAIL of what the server said.
        return .unavailable(error?.description ?? libpq.errorMessage)
    }
}
