import FoundationEssentials
import Glibc

/// What the operating system did not do.
struct DropFailure: Error, CustomStringConvertible {
    let act: String
    let code: Int32

    var description: String { "\(act): \(String(cString: strerror(code)))" }
}

/// A directory into which files are put, and `done` in it, into which they go with their results.
///
/// Whoever may write into it may put anything there, so names are looked up in the opened directory
/// and no link is ever followed.
final class DropDirectory: Sendable {
    private let descriptor: Int32
    private let done: Int32

    /// So many files are looked at in one go.
    private static let mostEntries = 1_000

    /// Opens it, and makes `done` where it is missing.
    init(path: String) throws {
        descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DropFailure(act: "open \(path)", code: errno) }
        mkdirat(descriptor, "done", 0o750)
        done = openat(descriptor, "done", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        // The instance is complete: throwing runs deinit.
        guard done >= 0 else { throw DropFailure(act: "open \(path)/done", code: errno) }
    }

    deinit {
        close(descriptor)
        close(done)
    }

    /// What lies in it and is no directory, the longest unchanged first; hidden names are still
    /// being written.
    func entries() throws -> [DropEntry] {
        try names(in: descriptor, limit: Self.mostEntries) { $0.first != UInt8(ascii: ".") }
            .compactMap { DropEntry($0, in: descriptor) }
            .filter { !$0.isDirectory }
            .sorted { ($0.changed, $0.name.count) < ($1.changed, $1.name.count) }
    }

    /// The names in `done` that end so.
    func finishedNames(endingWith suffix: String) throws -> [String] {
        try names(in: done, limit: Self.mostEntries) {
            $0.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        }
        .compactMap { String(validating: $0, as: UTF8.self) }
    }

    /// The file of an entry, for this process alone; nil when another has it, or when it is no longer
    /// what was seen.
    func open(_ entry: DropEntry) throws -> DroppedFile? {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let file = withName(entry.name) { openat(descriptor, $0, flags) }
        guard file >= 0 else {
            if [ENOENT, ELOOP].contains(errno) { return nil }
            throw DropFailure(act: "open a file", code: errno)
        }
        let opened = DroppedFile(descriptor: file, entry: entry)
        // Released by the system when the process ends, however it ends.
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return nil }
        // Whoever had it may have moved it away.
        guard opened.isUnchanged, DropEntry(entry.name, in: descriptor) == entry else { return nil }
        return opened
    }

    /// Puts a file away under a name in `done`; what has that name there says the same.
    func finish(_ entry: DropEntry, as name: String) throws {
        let outcome = withName(entry.name) { renameat(descriptor, $0, done, name) }
        guard outcome == 0 || errno == ENOENT else {
            throw DropFailure(act: "move a file away", code: errno)
        }
    }

    /// Begins a file in `done` that appears there when it is complete.
    func write(_ name: String) throws -> FinishedFile {
        try FinishedFile(in: done, name: name)
    }

    /// Takes a name in `done` away.
    func remove(finished name: String) {
        unlinkat(done, name, 0)
    }

    private func names(
        in directory: Int32,
        limit: Int,
        where isMeant: ([UInt8]) -> Bool
    ) throws -> [[UInt8]] {
        // The stream closes its descriptor, and begins where that one stands.
        let copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else {
            throw DropFailure(act: "read a directory", code: errno)
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while names.count < limit, let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if isMeant(name) { names.append(name) }
        }
        return names
    }
}

/// A file as it stood at one look: another one, or a changed one, is not equal.
struct DropEntry: Hashable, Sendable {
    /// Bytes, of which nothing is known.
    let name: [UInt8]
    let size: Int
    /// Nanoseconds since 1970.
    let modified: Int64
    let changed: Int64
    let isDirectory: Bool
    /// An ordinary file with this name only: no link, device, pipe or socket.
    let isPlain: Bool
    let inode: UInt64
    let device: UInt64

    /// What has a name in a directory; nil when nothing has.
    init?(_ name: [UInt8], in directory: Int32) {
        var about = stat()
        let found = withName(name) { fstatat(directory, $0, &about, AT_SYMLINK_NOFOLLOW) }
        guard found == 0 else { return nil }
        self.init(name, about)
    }

    fileprivate init(_ name: [UInt8], _ about: stat) {
        self.name = name
        size = Int(about.st_size)
        modified = Self.nanoseconds(about.st_mtim)
        changed = Self.nanoseconds(about.st_ctim)
        let kind = about.st_mode & S_IFMT
        isDirectory = kind == S_IFDIR
        isPlain = kind == S_IFREG && about.st_nlink == 1
        inode = UInt64(about.st_ino)
        device = UInt64(about.st_dev)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// An opened file that this process alone takes.
final class DroppedFile: Sendable {
    private let descriptor: Int32
    let entry: DropEntry

    fileprivate init(descriptor: Int32, entry: DropEntry) {
        self.descriptor = descriptor
        self.entry = entry
    }

    deinit { close(descriptor) }

    /// Whether it is still the file that was seen.
    var isUnchanged: Bool {
        var about = stat()
        return fstat(descriptor, &about) == 0 && DropEntry(entry.name, about) == entry
    }

    /// The next bytes; none at the end.
    func read(atMost count: Int) throws -> [UInt8] {
        var length = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            repeat {
                length = Glibc.read(descriptor, buffer.baseAddress, count)
            } while length < 0 && errno == EINTR
            filled = max(length, 0)
        }
        guard length >= 0 else { throw DropFailure(act: "read a file", code: errno) }
        return bytes
    }
}

/// A file that is being written under a hidden name until it is complete.
final class FinishedFile {
    private let directory: Int32
    private let descriptor: Int32
    private let name: String
    private let hidden: String
    private var isComplete = false

    fileprivate init(in directory: Int32, name: String) throws {
        self.directory = directory
        self.name = name
        hidden = ".\(UUID().uuidString)"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        descriptor = openat(directory, hidden, flags, 0o640)
        guard descriptor >= 0 else { throw DropFailure(act: "write a result", code: errno) }
    }

    deinit {
        close(descriptor)
        if !isComplete { unlinkat(directory, hidden, 0) }
    }

    func append(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw DropFailure(act: "write a result", code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Makes it appear, on the disk and whole, instead of what had its name.
    func complete() throws {
        guard fsync(descriptor) == 0, renameat(directory, hidden, directory, name) == 0 else {
            throw DropFailure(act: "write a result", code: errno)
        }
        isComplete = true
    }
}

/// A name as the operating system takes it.
private func withName<Result>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (name.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("it ends with a zero") }
        return body(base)
    }
}
