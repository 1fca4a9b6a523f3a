import Foundation
import Glibc
import Logging
import Testing

@testable import Postgres

/// A private PostgreSQL cluster on a unix socket in a temporary directory.
///
/// A shell keeps it: when the test process ends in whatever way, or when it is told, it stops the
/// server and removes the directory.
final class TestCluster: Sendable {
    /// The cluster of all tests that do not stop it.
    static let shared = TestCluster()

    /// Where the server's programs are; nil when PostgreSQL is not installed.
    static let programs: String? = {
        if let given = ProcessInfo.processInfo.environment["WIJKMUNT_POSTGRES_BIN"] { return given }
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap(Int.init).max().map { "\(root)/\($0)/bin" }
    }()

    static var isAvailable: Bool { programs != nil }

    let directory: String
    private let leash = Pipe()
    private let answers = Pipe()

    init() {
        guard let programs = Self.programs else { preconditionFailure("PostgreSQL is missing") }
        let keeper = Process()
        // No other child may hold the leash, or its end would not be noticed.
        _ = fcntl(leash.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        keeper.executableURL = URL(fileURLWithPath: "/bin/sh")
        keeper.arguments = ["-c", Self.script, "keeper", programs]
        keeper.standardInput = leash
        keeper.standardOutput = answers
        do { try keeper.run() } catch { preconditionFailure("cannot start a shell: \(error)") }
        directory = Self.readLine(answers)
    }

    deinit { tell("quit") }

    /// Kills the server as a crash would.
    func stop() {
        tell("stop")
        precondition(Self.readLine(answers) == "done")
    }

    /// Starts the server again and waits until it serves.
    func start() {
        tell("start")
        precondition(Self.readLine(answers) == "done")
    }

    private func tell(_ command: String) {
        try? leash.fileHandleForWriting.write(contentsOf: Data("\(command)\n".utf8))
    }

    /// The server inherits the pipe, so its end never comes: a line is an answer.
    private static func readLine(_ pipe: Pipe) -> String {
        var line = Data()
        while let byte = try? pipe.fileHandleForReading.read(upToCount: 1), byte != Data([10]) {
            precondition(!byte.isEmpty, "PostgreSQL did not start")
            line += byte
        }
        return String(decoding: line, as: UTF8.self)
    }

    func configuration(_ change: (inout DatabaseConfiguration) -> Void = { _ in })
        -> DatabaseConfiguration
    {
        var configuration = DatabaseConfiguration(
            host: directory,
            database: "postgres",
            user: "wijkmunt",
            applicationName: "tests"
        )
        // A busy machine may take its time.
        configuration.connectTimeoutSeconds = 60
        configuration.maxWaitSeconds = 180
        configuration.idleInTransactionTimeoutMilliseconds = 180_000
        change(&configuration)
        return configuration
    }

    func database(
        logger: Logger = .silent,
        _ change: (inout DatabaseConfiguration) -> Void = { _ in }
    ) -> Database {
        Database(configuration: configuration(change), logger: logger)
    }

    /// PostgreSQL refuses to run as root.
    private static let script = """
        set -e
        programs=$1
        as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
        cd /
        d=$(as mktemp -d /tmp/wijkmunt-test-XXXXXX)
        as "$programs/initdb" -D "$d/data" -U wijkmunt -A trust -E UTF8 --locale=C -N >"$d.init" 2>&1
        rm -f "$d.init"
        printf '%s\\n' "unix_socket_directories = '$d'" "listen_addresses = ''" \
            "max_connections = 200" "fsync = off" "deadlock_timeout = 100ms" \
            | as tee -a "$d/data/postgresql.conf" >/dev/null
        start() { as "$programs/pg_ctl" start -w -s -D "$d/data" -l "$d/log" >"$d.ctl" 2>&1; }
        stop() { as "$programs/pg_ctl" stop -m immediate -w -s -D "$d/data" >"$d.ctl" 2>&1; }
        start
        echo "$d"
        while read -r command && [ "$command" != quit ]; do
            "$command"
            echo "done"
        done
        stop || true
        rm -rf "$d.ctl"
        rm -rf "$d"
        """
}

extension Logger {
    /// Says nothing.
    static var silent: Logger { Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() } }
}

/// Blocks database threads until it is opened.
final class Door: Sendable {
    private let isOpen = Monitor(false)
    private let opened = Condition()

    func open() {
        isOpen.withLock { $0 = true }
        opened.broadcast()
    }

    func passThrough() { isOpen.wait(on: opened) { $0 ? () : nil } }
}

/// Tries again until it is so; a test whose condition never comes true fails instead of spinning.
func eventually(_ condition: () async throws -> Bool) async rethrows {
    let deadline = ContinuousClock.now + .seconds(180)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("the condition never came true")
            return
        }
        try? await Task.sleep(for: .milliseconds(2))
    }
}

/// The error of work that must fail.
func failure<T: Sendable>(of work: () async throws -> T) async -> (any Error)? {
    do {
        _ = try await work()
        return nil
    } catch {
        return error
    }
}
