import Foundation

/// The server process of a cluster as its lock file and /proc tell it.
enum Postmaster {
    /// The live server of this data directory; nil when there is none.
    ///
    /// After a crash the lock file can name a process id that somebody else has by now: a server
    /// works in its data directory, which nobody else does.
    static func running(in data: String) -> Int32? {
        guard let text = FileManager.default.contents(atPath: "\(data)/postmaster.pid"),
            let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first,
            let pid = Int32(line), workingDirectory(of: pid) == resolved(data)
        else { return nil }
        return pid
    }

    /// Takes away a lock file that no server holds: with a reused process id PostgreSQL itself
    /// would refuse to start.
    static func removeStaleLock(in data: String) {
        if running(in: data) == nil { unlink("\(data)/postmaster.pid") }
    }

    /// Every process that works in this data directory: the server and its children.
    static func processes(in data: String) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let place = resolved(data)
        return entries.compactMap(Int32.init).filter { workingDirectory(of: $0) == place }
    }

    private static func workingDirectory(of pid: Int32) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }
}
