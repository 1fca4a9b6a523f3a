package import API
import Crypto
package import HummingbirdCore
import NIOCore

/// Takes a file while it arrives: up to so many bytes, and for so long. It is never in memory as a whole.
package struct ArrivingFile {
    private let name: String
    private let maxBytes: Int
    private let clock: Clock
    private let startedAt: Instant

    private static let longestMicroseconds: Int64 = 5 * 60 * 1_000_000

    /// `name` begins a sentence: `A statement of the bank`.
    package init(_ name: String, maxBytes: Int, clock: Clock, startedAt: Instant) {
        self.name = name
        self.maxBytes = maxBytes
        self.clock = clock
        self.startedAt = startedAt
    }

    /// Passes every piece on, and gives the SHA-256 of the whole. Throws 413 beyond `maxBytes`, 503 when
    /// it takes more than five minutes to arrive.
    package func read(
        _ body: RequestBody,
        _ take: (UnsafeRawBufferPointer) -> Void
    ) async throws -> [UInt8] {
        var hash = SHA256()
        var size = 0
        for try await buffer in body {
            size += buffer.readableBytes
            guard size <= maxBytes else {
                throw Problem(.payloadTooLarge, "\(name) has at most \(maxBytes) bytes.")
            }
            guard clock.now().microseconds - startedAt.microseconds <= Self.longestMicroseconds
            else { throw Problem.unavailable("The file took more than five minutes to arrive.") }
            buffer.withUnsafeReadableBytes { bytes in
                hash.update(bufferPointer: bytes)
                take(bytes)
            }
        }
        return [UInt8](hash.finalize())
    }
}
