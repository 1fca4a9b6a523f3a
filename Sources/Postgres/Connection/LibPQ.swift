import CPQ
import Glibc
import Logging

/// Owns one `PGconn`; the only file that touches libpq's pointers.
///
/// Every call blocks, so it lives on a thread of its own: the one that created it.
final class LibPQ {
    private let connection: OpaquePointer
    private let notices: Notices
    private let owner = pthread_self()

    /// Connects. Throws `.unavailable` with libpq's reason, which holds no password.
    init(_ parameters: [(keyword: String, value: String)], logger: Logger) throws(PostgresError) {
        let opened = withCStrings(parameters.map(\.keyword)) { keywords in
            withCStrings(parameters.map(\.value)) { values in
                PQconnectdbParams(keywords, values, 0)
            }
        }
        guard let opened else { throw .unavailable("out of memory") }
        connection = opened
        notices = Notices(logger: logger)
        // From here on the instance is complete, so that throwing runs deinit.
        guard PQstatus(opened) == CONNECTION_OK else { throw .unavailable(errorMessage) }
        PQsetNoticeReceiver(
            opened,
            Notices.receive,
            Unmanaged.passUnretained(notices).toOpaque()
        )
    }

    deinit { PQfinish(connection) }

    var isConnected: Bool { PQstatus(connection) == CONNECTION_OK }
    var isIdle: Bool { PQtransactionStatus(connection) == PQTRANS_IDLE }
    var hasFailedTransaction: Bool { PQtransactionStatus(connection) == PQTRANS_INERROR }
    var socket: Int32 { PQsocket(connection) }

    var errorMessage: String {
        String(cString: PQerrorMessage(connection))
            .split(whereSeparator: \.isNewline)
            .map { $0.drop(while: \.isWhitespace) }
            .joined(separator: " / ")
    }

    /// Sends text, possibly several statements, with the simple protocol; false when it failed.
    func send(script: String) -> Bool {
        assertOwner()
        precondition(!script.utf8.contains(0), "SQL text ends at a NUL")
        return PQsendQuery(connection, script) == 1
    }

    func sendPrepare(name: String, text: String, types: [PostgresType]) -> Bool {
        assertOwner()
        precondition(!text.utf8.contains(0), "SQL text ends at a NUL")
        let types = types.map { Oid($0.rawValue) }
        return PQsendPrepare(connection, name, text, Int32(types.count), types) == 1
    }

    /// Sends one execution with binary parameters, asking for binary results.
    func sendExecute(name: String, _ parameters: Parameters) -> Bool {
        assertOwner()
        let count = parameters.ranges.count
        let lengths = parameters.ranges.map { Int32($0?.count ?? 0) }
        let formats = [Int32](repeating: Self.binary, count: count)
        // A byte gives even a lone empty value an address: a null pointer would mean NULL.
        let bytes = parameters.bytes.isEmpty ? [0] : parameters.bytes
        return bytes.withUnsafeBytes { bytes in
            let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = parameters.ranges.map { range in
                range.flatMap { base?.advanced(by: $0.lowerBound) }
            }
            return PQsendQueryPrepared(
                connection,
                name,
                Int32(count),
                values,
                lengths,
                formats,
                Self.binary
            ) == 1
        }
    }

    /// Sends a command and one execution without waiting in between. The server takes both as one
    /// transaction: what fails undoes the command too.
    func sendExecute(name: String, _ parameters: Parameters, after command: String) -> Bool {
        guard PQenterPipelineMode(connection) == 1 else { return false }
        return PQsendQueryParams(connection, command, 0, nil, nil, nil, nil, Self.binary) == 1
            && sendExecute(name: name, parameters) && PQpipelineSync(connection) == 1
    }

    private static let binary: Int32 = 1

    /// Waits for everything the server has to say about what was sent.
    func collect() -> Reply {
        guard PQpipelineStatus(connection) != PQ_PIPELINE_OFF else { return collectResults() }
        var reply = collectResults()
        // That was of the command. An error while committing comes after the execution's results.
        reply.wasCompleted = false
        while isConnected, !reply.isSynchronised, !reply.isInterrupted {
            let next = collectResults()
            reply.result = next.result ?? reply.result
            reply.error = reply.error ?? next.error
            reply.wasCompleted = reply.wasCompleted || next.wasCompleted
            reply.isSynchronised = next.isSynchronised
            reply.isInterrupted = next.isInterrupted
        }
        if isConnected, PQexitPipelineMode(connection) != 1 { reply.isInterrupted = true }
        return reply
    }

    private func collectResults() -> Reply {
        assertOwner()
        var reply = Reply()
        while let pointer = PQgetResult(connection) {
            let result = QueryResult(owning: pointer)
            switch PQresultStatus(pointer) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                reply.result = result
                reply.wasCompleted = true
            case PGRES_PIPELINE_SYNC: reply.isSynchronised = true
            case PGRES_PIPELINE_ABORTED: continue
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                // Nobody here feeds or drains a COPY, and the server waits for it.
                reply.isInterrupted = true
                return reply
            default:
                reply.error = reply.error ?? serverError(of: pointer)
                reply.isInterrupted = reply.isInterrupted || reply.error == nil
            }
        }
        return reply
    }

    private func serverError(of result: OpaquePointer) -> ServerError? {
        guard let sqlState = field("C", of: result) else { return nil }
        return ServerError(
            sqlState: sqlState,
            constraint: field("n", of: result),
            table: field("t", of: result),
            message: field("M", of: result) ?? "",
            routine: field("R", of: result)
        )
    }

    /// Whether an idle connection still has a server at the other end, without waiting for it.
    func isAlive() -> Bool {
        assertOwner()
        guard isConnected, isIdle else { return false }
        // A goodbye takes two reads, its text and the end of file; notices may come before.
        for _ in 0..<16 {
            var events = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&events, 1, 0) > 0 else { return isConnected }
            guard consumeInput() else { return false }
        }
        return isConnected
    }

    /// Reads what has arrived; false when the connection is gone.
    func consumeInput() -> Bool {
        guard PQconsumeInput(connection) == 1 else { return false }
        // Parses as well, which delivers notices.
        _ = PQisBusy(connection)
        return isConnected
    }

    /// The next notification that has been read.
    func nextNotification() -> (channel: String, payload: String)? {
        guard let notification = PQnotifies(connection) else { return nil }
        defer { PQfreemem(notification) }
        return (
            String(cString: notification.pointee.relname),
            String(cString: notification.pointee.extra)
        )
    }

    private func assertOwner() {
        assert(pthread_equal(owner, pthread_self()) != 0, "libpq stays on its own thread")
    }
}

/// Everything the server said about one thing that was sent.
struct Reply {
    var result: QueryResult?
    var error: ServerError?
    /// Whether the server had reported success, possibly before an error.
    var wasCompleted = false
    /// Whether the exchange ended without the server's verdict.
    var isInterrupted = false
    /// Whether the server has said all about a pipeline.
    var isSynchronised = false
}

/// Owns one `PGresult`.
final class QueryResult {
    private let pointer: OpaquePointer

    fileprivate init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQclear(pointer) }

    var rowCount: Int { Int(PQntuples(pointer)) }
    var columnCount: Int { Int(PQnfields(pointer)) }
    /// Rows an INSERT, UPDATE, DELETE, MERGE or SELECT touched; 0 for any other command.
    var affectedRows: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    func name(ofColumn column: Int) -> String { String(cString: PQfname(pointer, Int32(column))) }

    func type(ofColumn column: Int) -> PostgresType {
        PostgresType(rawValue: PQftype(pointer, Int32(column)))
    }

    func isNull(row: Int, column: Int) -> Bool {
        PQgetisnull(pointer, Int32(row), Int32(column)) == 1
    }

    func withBytes<T>(row: Int, column: Int, _ body: (RawSpan) -> T) -> T {
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(pointer, Int32(row), Int32(column)),
            count: Int(PQgetlength(pointer, Int32(row), Int32(column)))
        )
        return body(bytes.bytes)
    }
}

/// Sends the server's notices to the log instead of standard error.
private final class Notices {
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    static let receive: PQnoticeReceiver = { context, result in
        guard let context, let result, let message = field("M", of: result) else { return }
        let notices = Unmanaged<Notices>.fromOpaque(context).takeUnretainedValue()
        notices.logger.debug("notice from the database", metadata: ["notice": "\(message)"])
    }
}

/// A field of an error or a notice by its letter (documentation, "Error and Notice Message Fields").
private func field(_ letter: Unicode.Scalar, of result: OpaquePointer) -> String? {
    PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
}

/// A null-terminated array of C strings.
private func withCStrings<T>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> T
) -> T {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies.map { UnsafePointer($0) } + [nil])
}
