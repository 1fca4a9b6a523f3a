import Foundation

/// How a process ended.
package enum ExitStatus: Sendable, Hashable, CustomStringConvertible {
    /// It returned this code.
    case exited(Int32)
    /// This signal ended it.
    case signalled(Int32)

    /// For a log line.
    package var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal): "signal \(signal)"
        }
    }
}

/// A program that runs beside ours, in a process group of its own: Ctrl-C reaches only us, and we
/// decide in which order the others stop.
package final class ChildProcess: Sendable {
    /// The process id; after the end it may belong to another process, which is why signals go
    /// through `send`.
    package let pid: Int32

    private let outcome = Outcome()

    /// Starts a program. `output` receives both its standard output and standard error.
    static func start(
        _ command: Command,
        output: OutputFile
    ) async throws -> ChildProcess {
        try await LauncherThread.shared.run {
            let pid = try output.withDescriptor { try command.spawn(output: $0, errors: $0) }
            return ChildProcess(pid: pid)
        }
    }

    /// Starts a program with a file for what it says and one for what it complains of.
    static func start(
        _ command: Command,
        output: FileHandle,
        errors: FileHandle
    ) async throws -> ChildProcess {
        try await LauncherThread.shared.run {
            let pid = try command.spawn(
                output: output.fileDescriptor,
                errors: errors.fileDescriptor
            )
            return ChildProcess(pid: pid)
        }
    }

    private init(pid: Int32) {
        self.pid = pid
        let outcome = outcome
        let reaper = Thread { outcome.reap(pid) }
        reaper.name = "reaper-\(pid)"
        reaper.start()
    }

    /// How it ended; nil while it runs.
    package var exitStatus: ExitStatus? { outcome.status }

    /// Waits until it has ended, however long that takes and also when the task is cancelled.
    package func waitForExit() async -> ExitStatus {
        while true {
            if let status = await outcome.wait(Outcome.Ticket()) { return status }
        }
    }

    /// Waits until it has ended; nil when the task is cancelled first.
    package func exitUnlessCancelled() async -> ExitStatus? {
        let ticket = Outcome.Ticket()
        return await withTaskCancellationHandler {
            await outcome.wait(ticket)
        } onCancel: {
            outcome.cancel(ticket)
        }
    }

    /// Sends a signal; does nothing after the end.
    package func send(_ signal: Int32) {
        outcome.whileRunning { _ = kill(pid, signal) }
    }

    /// Sends a signal, waits for the end, and sends the stronger one when the grace is over.
    package func stop(
        with signal: Int32 = SIGTERM,
        thenAfter grace: Duration = .seconds(20),
        with stronger: Int32 = SIGKILL
    ) async -> ExitStatus {
        send(signal)
        let escalation = Task {
            try await Task.sleep(for: grace)
            send(stronger)
        }
        defer { escalation.cancel() }
        return await waitForExit()
    }
}

/// The end of one child. `@unchecked`: every access to the variables holds the lock.
fileprivate final class Outcome: @unchecked Sendable {
    /// Names one wait.
    final class Ticket: Sendable {}

    private let lock = NSLock()
    private var ended: ExitStatus?
    private var waiters: [ObjectIdentifier: CheckedContinuation<ExitStatus?, Never>] = [:]
    private var cancelled: Set<ObjectIdentifier> = []

    var status: ExitStatus? { lock.withLock { ended } }

    func whileRunning(_ body: () -> Void) {
        lock.withLock { if ended == nil { body() } }
    }

    func wait(_ ticket: Ticket) async -> ExitStatus? {
        let id = ObjectIdentifier(ticket)
        return await withCheckedContinuation { continuation in
            let isOver = lock.withLock {
                if ended != nil || cancelled.remove(id) != nil { return true }
                waiters[id] = continuation
                return false
            }
            if isOver { continuation.resume(returning: status) }
        }
    }

    func cancel(_ ticket: Ticket) {
        let id = ObjectIdentifier(ticket)
        let waiter = lock.withLock {
            let waiter = waiters.removeValue(forKey: id)
            // Cancelled before it began to wait.
            if waiter == nil && ended == nil { cancelled.insert(id) }
            return waiter
        }
        waiter?.resume(returning: nil)
    }

    /// Blocks until the child has ended. The process id is given back under the lock, so that no
    /// signal can reach a stranger who got the same number.
    func reap(_ pid: Int32) {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        let (end, resumed) = lock.withLock {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            let end = signal == 0 ? ExitStatus.exited((status >> 8) & 0xFF) : .signalled(signal)
            ended = end
            defer { waiters = [:] }
            return (end, Array(waiters.values))
        }
        for waiter in resumed { waiter.resume(returning: end) }
    }
}
