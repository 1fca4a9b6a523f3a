#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a file from disk in pieces of 64 KB.
final class FileBytes {
    struct Unreadable: Error {
        /// The operating system's words, without the path.
        let reason: String

        fileprivate static func current() -> Unreadable {
            Unreadable(reason: strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
        }
    }

    private let descriptor: Int32
    private static let pieceSize = 65_536

    init(path: String) throws(Unreadable) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .current() }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// All of a small file.
    static func all(of path: String) throws(Unreadable) -> [UInt8] {
        let file = try FileBytes(path: path)
        var all: [UInt8] = []
        while let piece = try file.piece() { all += piece }
        return all
    }

    /// The next piece; nil after the last.
    func piece() throws(Unreadable) -> [UInt8]? {
        let bytes = try next()
        return bytes.isEmpty ? nil : bytes
    }

    /// The next piece, always full except at the end; empty after the last.
    func next() throws(Unreadable) -> [UInt8] {
        var failure: Unreadable?
        let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, filled in
            filled = 0
            guard let start = buffer.baseAddress else { return }
            while filled < Self.pieceSize {
                let count = read(
                    descriptor,
                    start + filled,
                    Self.pieceSize - filled
                )
                if count == 0 { return }
                if count < 0 {
                    if errno == EINTR { continue }
                    failure = .current()
                    return
                }
                filled += count
            }
        }
        if let failure { throw failure }
        return piece
    }
}
