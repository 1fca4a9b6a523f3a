package import API
import Domain
package import FoundationEssentials
import Glibc
import Synchronization

/// Where time and ids come from.
package struct Clock: Sendable {
    /// The present moment.
    package let now: @Sendable () -> Instant

    package init(now: @escaping @Sendable () -> Instant) {
        self.now = now
    }

    private static let random = Mutex(BufferedRandomness())

    /// The machine's clock.
    package static let system = Clock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// A new id of now (UUID version 7).
    package func newID() -> UUID {
        Self.random.withLock {
            UUID.timeOrdered(microseconds: now().microseconds, using: &$0)
        }
    }
}

/// The system's randomness, fetched four kilobytes at a time: sixteen system calls for 256 ids.
private struct BufferedRandomness: RandomNumberGenerator {
    private var words: [UInt64] = []

    mutating func next() -> UInt64 {
        if words.isEmpty {
            words = [UInt64](repeating: 0, count: 512)
            words.withUnsafeMutableBytes { bytes in
                // 256 bytes are the most that is given at a time.
                for start in stride(from: 0, to: bytes.count, by: 256) {
                    let piece = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + 256])
                    precondition(
                        getentropy(piece.baseAddress, piece.count) == 0,
                        "the system has no randomness"
                    )
                }
            }
        }
        return words.removeLast()
    }
}
