import AsyncHTTPClient
import Foundation
import NIOCore

/// A file that is sent as a stream, so that its size does not matter.
struct UploadFile: Sendable {
    let path: String
    let size: Int
    /// Told how many bytes are on their way.
    let progress: @Sendable (Int) -> Void

    /// Throws when the file cannot be read.
    init(path: String, progress: @escaping @Sendable (Int) -> Void = { _ in }) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure("\(path) cannot be read")
        }
        size = Int(try handle.seekToEnd())
        try handle.close()
        self.path = path
        self.progress = progress
    }

    /// The last part of the path.
    var name: String { URL(fileURLWithPath: path).lastPathComponent }

    /// Reads from the beginning each time it is sent.
    var body: HTTPClientRequest.Body {
        .stream(Pieces(path: path, progress: progress), length: .known(Int64(size)))
    }

    private struct Pieces: AsyncSequence, Sendable {
        let path: String
        let progress: @Sendable (Int) -> Void

        func makeAsyncIterator() -> Iterator {
            Iterator(handle: FileHandle(forReadingAtPath: path), progress: progress)
        }

        struct Iterator: AsyncIteratorProtocol {
            let handle: FileHandle?
            let progress: @Sendable (Int) -> Void
            var sent = 0

            mutating func next() async throws -> ByteBuffer? {
                guard let piece = try handle?.read(upToCount: 131_072), !piece.isEmpty else {
                    return nil
                }
                sent += piece.count
                progress(sent)
                return ByteBuffer(bytes: piece)
            }
        }
    }
}
