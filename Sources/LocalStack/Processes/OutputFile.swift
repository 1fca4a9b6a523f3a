import Foundation

/// Where a child writes: a log file, or a pipe from which its lines are passed on with a prefix.
package enum LogDestination: Sendable, Hashable {
    /// `NAME.log` in the log directory; the file of the run before becomes `NAME.log.1`.
    case file
    /// The same file, and every line on our standard error after `NAME | `.
    case fileAndStandardError
}

/// An open file for the output of a child; closed when nobody needs it any more.
final class OutputFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Opens the log file of one child.
    init(directory: String, name: String, destination: LogDestination) throws {
        path = "\(directory)/\(name).log"
        rename(path, path + ".1")
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw LocalStackError.system("cannot write \(path)") }
        switch destination {
        case .file: descriptor = file
        case .fileAndStandardError:
            descriptor = try Self.forwarding(to: file, prefix: name)
        }
    }

    deinit { close(descriptor) }

    func withDescriptor<T>(_ body: (Int32) throws -> T) rethrows -> T {
        try body(descriptor)
    }

    /// The last lines, to show why a child ended.
    func tail(lines count: Int = 15) -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else { return "" }
        return String(decoding: bytes.suffix(16_384), as: UTF8.self)
            .split(separator: "\n").suffix(count).joined(separator: "\n")
    }

    /// A pipe whose reader copies whole lines until the last writer has closed it.
    private static func forwarding(to file: Int32, prefix: String) throws -> Int32 {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            close(file)
            throw LocalStackError.system("cannot make a pipe")
        }
        let reading = ends[0]
        let thread = Thread {
            var pending: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 16_384)
            while true {
                let count = read(reading, &piece, piece.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                pending += piece[..<count]
                while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    writeAll(Array(pending[...end]), to: file)
                    writeAll(Array("\(prefix) | ".utf8) + pending[...end], to: STDERR_FILENO)
                    pending.removeSubrange(...end)
                }
            }
            close(reading)
            close(file)
        }
        thread.name = "log-\(prefix)"
        thread.start()
        return ends[1]
    }
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}
