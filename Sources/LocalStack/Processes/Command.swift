import Foundation

/// A program to start, with its arguments, environment and working directory.
///
/// Instead of Foundation's `Process`, which learns of a child's end by a socket that every other
/// child started at that moment may hold open: then it waits for those as well, without end.
package struct Command: Sendable {
    /// An absolute path.
    let program: String
    var arguments: [String]
    var environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"]
    /// Where it starts; the root directory can be entered by every user.
    var directory = "/"

    /// Names a program by its absolute path; nothing is started. The environment given adds to, or
    /// replaces, the little that every child gets: `PATH`, `LANG` and `TZ`.
    package init(
        program: String,
        arguments: [String],
        environment: [String: String] = [:],
        directory: String = "/"
    ) {
        self.program = program
        self.arguments = arguments
        self.environment.merge(environment) { $1 }
        self.directory = directory
    }

    /// The same command under `setpriv`, which changes the user when asked and lets the kernel
    /// send `deathSignal` when we die, even by SIGKILL. Without `setpriv` (util-linux) children
    /// outlive a killed parent; the next start adopts or reports them.
    func tied(deathSignal: String, as user: SystemUser? = nil) throws -> Command {
        guard let setpriv = Self.find("setpriv") else {
            guard user == nil else {
                throw LocalStackError("setpriv (util-linux) is needed to start PostgreSQL as root")
            }
            return self
        }
        var options = ["--pdeathsig", deathSignal]
        if let user {
            options += ["--reuid", "\(user.uid)", "--regid", "\(user.gid)", "--clear-groups"]
        }
        return Command(
            program: setpriv,
            arguments: options + ["--", program] + arguments,
            environment: environment,
            directory: directory
        )
    }

    /// Looks in the directories where system programs live.
    static func find(_ name: String) -> String? {
        let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let directories = search.split(separator: ":").map(String.init)
        return (directories + ["/usr/bin", "/bin", "/usr/sbin", "/sbin"])
            .map { "\($0)/\(name)" }
            .first { $0.hasPrefix("/") && access($0, X_OK) == 0 }
    }

    /// Starts the program and returns its process id; throws when the operating system cannot.
    func spawn(output: Int32, errors: Int32) throws -> Int32 {
        Self.keepOpenFilesFromChildren()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // What we ignore, a child would ignore as well.
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var pid: pid_t = 0
        let settings = environment.map { "\($0.key)=\($0.value)" }
        let script = "cd \"$1\" && shift && exec \"$@\""
        let shell = ["/bin/sh", "-c", script, "sh", directory, program]
        let code = withCStrings(shell + arguments) { arguments in
            withCStrings(settings) { environment in
                posix_spawn(&pid, shell[0], &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw LocalStackError.system("cannot start \(program)", code: code) }
        return pid
    }
}

extension Command {
    /// A child must not hold our sockets and locks open after us.
    private static func keepOpenFilesFromChildren() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap(Int32.init) where descriptor > STDERR_FILENO {
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0 { _ = fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) }
        }
    }
}

private func withCStrings<T>(
    _ strings: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> T
) -> T {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
}
