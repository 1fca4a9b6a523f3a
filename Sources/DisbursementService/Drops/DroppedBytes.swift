@preconcurrency import Dispatch
import NIOCore

/// The bytes of a dropped file, read where waiting for a disk holds up nobody.
struct DroppedBytes: AsyncSequence, Sendable {
    let file: DroppedFile

    /// It was written to while it was read; the next look sees it as it is then.
    struct Changed: Error {}

    private static let queue = DispatchQueue(label: "wijkmunt.drops")

    func makeAsyncIterator() -> Iterator { Iterator(file: file) }

    struct Iterator: AsyncIteratorProtocol {
        let file: DroppedFile
        private var count = 0

        private static let pieceBytes = 131_072

        init(file: DroppedFile) {
            self.file = file
        }

        mutating func next() async throws -> ByteBuffer? {
            let file = file
            let bytes = try await withCheckedThrowingContinuation { continuation in
                DroppedBytes.queue.async {
                    continuation.resume(with: Result { try file.read(atMost: Self.pieceBytes) })
                }
            }
            count += bytes.count
            guard bytes.isEmpty else { return ByteBuffer(bytes: bytes) }
            guard count == file.entry.size, file.isUnchanged else { throw Changed() }
            return nil
        }
    }
}
