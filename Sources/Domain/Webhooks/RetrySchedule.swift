/// When a webhook that did not arrive is tried again.
///
/// The schedule that Standard Webhooks recommends; `docs/webhooks.md` promises it, and a test
/// compares the two.
package enum RetrySchedule {
    /// Seconds from each failed attempt to the next; the first attempt is made at once.
    package static let pauses: [Int64] = [
        5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600,
    ]

    /// A pause is lengthened by at most this part of it, so that receivers that failed together are
    /// not tried again together: one tenth.
    package static let jitterDivisor: Int64 = 10

    /// Microseconds until the next attempt after so many failed ones (1 or more); nil when that was
    /// the last. `chance`, any number, picks how much the pause is lengthened.
    package static func pauseMicroseconds(afterAttempts attempts: Int, chance: UInt32) -> Int64? {
        precondition(attempts >= 1)
        guard attempts <= pauses.count else { return nil }
        let pause = pauses[attempts - 1] * 1_000_000
        let longest = pause / jitterDivisor
        return pause + Int64(chance % 1001) * (longest / 1000)
    }
}
