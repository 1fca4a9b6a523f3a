import Glibc

/// A file that a command reads: a regular one, or a pipe such as a shell makes for `<(…)`.
struct InputFile: ~Copyable {
    let path: String
    /// In bytes; nil for a pipe, which does not know.
    let size: Int?
    private let descriptor: Int32

    /// Throws `CommandFailure` with the reason when there is nothing to read.
    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(path) }
        var about = stat()
        guard fstat(descriptor, &about) == 0 else {
            let failure = Self.unreadable(path)
            close(descriptor)
            throw failure
        }
        switch about.st_mode & S_IFMT {
        case S_IFREG: size = Int(about.st_size)
        case S_IFIFO: size = nil
        case let kind:
            close(descriptor)
            throw CommandFailure(
                kind == S_IFDIR
                    ? "\(path) is a directory, not a file"
                    : "\(path) is neither a file nor a pipe"
            )
        }
    }

    deinit { close(descriptor) }

    /// Everything in the file at this path.
    static func contents(of path: String) throws -> [UInt8] {
        try InputFile(path: path).contents()
    }

    /// Everything up to the end; of a pipe this can be had once.
    ///
    /// - Parameter limit: more bytes than these are refused.
    consuming func contents(atMost limit: Int = .max) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.unreadable(path) }
            if count == 0 { return bytes }
            guard count <= limit - bytes.count else {
                throw CommandFailure("\(path) gives more than \(limit) bytes")
            }
            bytes += piece[..<count]
        }
    }

    /// With the words of the operating system.
    private static func unreadable(_ path: String, code: Int32 = errno) -> CommandFailure {
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return CommandFailure("\(path) cannot be read: \(reason)")
    }
}
