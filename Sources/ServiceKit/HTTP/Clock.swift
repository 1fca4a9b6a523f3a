package import API
import Domain
package import FoundationEssentials
import Glibc

/// Where time and ids come from.
package struct Clock: Sendable {
    /// The present moment.
    package let now: @Sendable () -> Instant

    package init(now: @escaping @Sendable () -> Instant) {
        self.now = now
    }

    /// The machine's clock.
    package static let system = Clock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// A new id of now (UUID version 7).
    package func newID() -> UUID {
        var random = SystemRandomNumberGenerator()
        return UUID.timeOrdered(microseconds: now().microseconds, using: &random)
    }
}
