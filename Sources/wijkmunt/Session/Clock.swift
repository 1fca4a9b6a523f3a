import API
import Glibc

extension Instant {
    /// What the clock of this machine says.
    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// So many seconds earlier.
    func earlier(bySeconds seconds: Int) -> Instant {
        Instant(microseconds: microseconds - Int64(seconds) * 1_000_000)
    }

    /// The day in UTC, such as `2026-11-23`.
    var utcDay: String { String(description.prefix(10)) }
}
