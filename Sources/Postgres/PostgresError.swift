/// What can go wrong between us and PostgreSQL.
///
/// The text of an error never carries row values: no DETAIL, no parameters.
package enum PostgresError: Error, Sendable, Equatable {
    /// The server cannot be reached or the connection was lost, and nothing was committed.
    case unavailable(String)
    /// Too much work was waiting, or this work waited too long. Nothing was sent.
    case overloaded
    /// The connection was lost after COMMIT, or a statement that commits by itself, was sent:
    /// it may or may not have happened.
    case outcomeUnknown
    /// The server answered with an error. Nothing was committed.
    case server(ServerError)
    /// A result does not have the shape the caller asked for.
    case decoding(String)
    /// The database is shutting down and takes no new work. Nothing was sent.
    case closed
}

/// The part of a server's error report that carries no row values.
package struct ServerError: Sendable, Equatable {
    /// Five characters, PostgreSQL documentation appendix A.
    package let sqlState: String
    /// The violated constraint, when the error is about one.
    package let constraint: String?
    /// The table the error is about, when the server names one.
    package let table: String?
    /// The primary message only.
    package let message: String
    /// The function inside the server that raised the error; unlike the message, never translated.
    let routine: String?

    /// Makes a report by hand.
    package init(
        sqlState: String,
        constraint: String? = nil,
        table: String? = nil,
        message: String
    ) {
        self.init(
            sqlState: sqlState,
            constraint: constraint,
            table: table,
            message: message,
            routine: nil
        )
    }

    init(sqlState: String, constraint: String?, table: String?, message: String, routine: String?) {
        self.sqlState = sqlState
        self.constraint = constraint
        self.table = table
        self.message = message
        self.routine = routine
    }
}

extension PostgresError {
    /// Whether the server refused because of the constraint with this name.
    package func violates(_ constraint: String) -> Bool {
        guard case .server(let error) = self else { return false }
        return error.constraint == constraint
    }

    /// The SQLSTATE of a server's error, nil for any other.
    package var sqlState: String? {
        guard case .server(let error) = self else { return nil }
        return error.sqlState
    }

    /// Whether running the whole transaction again may succeed: serialization failure, deadlock,
    /// or a prepared statement that a schema change made stale.
    package var isRetryable: Bool {
        guard case .server(let error) = self else { return false }
        return error.sqlState == "40001" || error.sqlState == "40P01" || error.isStaleStatement
    }
}

extension ServerError {
    /// "cached plan must not change result type", or the statement was deallocated under us.
    /// Both are raised before anything is executed.
    var isStaleStatement: Bool {
        sqlState == "26000" || (sqlState == "0A000" && routine == "RevalidateCachedQuery")
    }
}

extension PostgresError: CustomStringConvertible {
    /// One line for a log.
    package var description: String {
        switch self {
        case .unavailable(let reason): "database unavailable: \(reason)"
        case .overloaded: "database overloaded"
        case .outcomeUnknown: "connection lost while committing: outcome unknown"
        case .server(let error): error.description
        case .decoding(let reason): "unexpected result: \(reason)"
        case .closed: "database closed"
        }
    }
}

extension ServerError: CustomStringConvertible {
    /// SQLSTATE, constraint and primary message.
    package var description: String {
        let subject = constraint.map { " (constraint \($0))" } ?? ""
        return "SQLSTATE \(sqlState)\(subject): \(message)"
    }
}
