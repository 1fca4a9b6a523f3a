import Foundation
import NIOCore
import Synchronization

/// A file that an answer is written to while it arrives. A file has its name only when it is whole;
/// what is no file, such as a pipe, gets the bytes as they come.
final class DownloadFile: Sendable {
    private struct Output {
        let handle: FileHandle
        var count = 0
    }

    private let path: String
    /// The file that it becomes.
    private let target: String
    /// Where it is written until it is whole; the target itself for what is no file.
    private let place: String
    private let output: Mutex<Output>

    /// Throws `CommandFailure` where nothing can be written.
    init(_ path: String) throws {
        self.path = path
        let isFile = Self.isFile(path)
        target = isFile ? URL(filePath: path).resolvingSymlinksInPath().path : path
        place = isFile ? "\(target).\(UUID().uuidString.prefix(8)).part" : target
        if isFile { _ = FileManager.default.createFile(atPath: place, contents: nil) }
        guard let handle = FileHandle(forWritingAtPath: place) else {
            throw CommandFailure("\(path) cannot be written")
        }
        output = Mutex(Output(handle: handle))
    }

    deinit {
        if place != target { try? FileManager.default.removeItem(atPath: place) }
    }

    /// Takes the next bytes.
    func write(_ bytes: ByteBuffer) throws {
        try output.withLock { output in
            do { try output.handle.write(contentsOf: Data(bytes.readableBytesView)) } catch {
                throw CommandFailure("\(path) cannot be written")
            }
            output.count += bytes.readableBytes
        }
    }

    /// Gives the file its name, and says so.
    func finish() throws {
        let count = try output.withLock { output in
            try output.handle.close()
            return output.count
        }
        guard place == target || rename(place, target) == 0 else {
            throw CommandFailure("\(path) cannot be written")
        }
        note("wrote \(count) bytes to \(path)")
    }

    /// Also where nothing is yet.
    private static func isFile(_ path: String) -> Bool {
        var found = stat()
        return stat(path, &found) != 0 || found.st_mode & S_IFMT == S_IFREG
    }
}
