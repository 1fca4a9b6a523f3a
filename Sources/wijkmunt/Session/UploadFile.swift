import API
import AsyncHTTPClient
import Foundation
import NIOCore

/// A file that is sent as a stream, so that its size does not matter; what comes out of a pipe is
/// kept, because a busy service is asked again.
struct UploadFile: Sendable {
    let path: String
    let size: Int
    /// Told how many bytes of a file are on their way.
    var progress: @Sendable (Int) -> Void = { _ in }
    /// Nil for a regular file.
    private let piped: [UInt8]?

    /// Somewhat more than the services take.
    private static let largestPipe = 256 * 1024 * 1024

    /// Throws when there is nothing that can be read.
    init(path: String) throws {
        let file = try InputFile(path: path)
        self.path = path
        if let size = file.size {
            self.size = size
            piped = nil
        } else {
            let bytes = try file.contents(atMost: Self.largestPipe)
            size = bytes.count
            piped = bytes
        }
    }

    /// What the file is, by its name.
    var mediaType: String {
        let name = path.lowercased()
        if name.hasSuffix(".csv") { return MediaType.csv }
        return name.hasSuffix(".json") ? MediaType.json : MediaType.xml
    }

    /// The last part of the path; nil for a pipe, whose name says nothing.
    var name: String? {
        piped == nil ? URL(fileURLWithPath: path).lastPathComponent : nil
    }

    /// Reads from the beginning each time it is sent.
    var body: HTTPClientRequest.Body {
        if let piped { return .bytes(ByteBuffer(bytes: piped)) }
        return .stream(Pieces(path: path, progress: progress), length: .known(Int64(size)))
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
