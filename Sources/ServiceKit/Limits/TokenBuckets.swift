import Synchronization

/// How many requests somebody may make in a while.
struct Quota: Sendable, Hashable {
    /// As it stands in the `RateLimit` headers.
    let name: String
    let requests: Int
    let seconds: Int

    /// The item of `RateLimit-Policy`.
    var policy: String { "\"\(name)\";q=\(requests);w=\(seconds)" }
}

/// Token buckets of everybody who called lately, in memory of a fixed size.
///
/// A bucket holds `requests` tokens and refills evenly within `seconds`. It is kept as one moment,
/// when it will be full again (the generic cell rate algorithm), and one that is full says nothing,
/// so it may be forgotten. A key has one of eight places; when all are taken, the one that is full
/// soonest gives way. Whoever comes with more addresses than there are places gains fresh buckets,
/// and no memory; who is limited keeps its place, because its bucket is the last to be full.
final class TokenBuckets: Sendable {
    /// What a bucket says to one request.
    struct Standing: Sendable, Hashable {
        let isAllowed: Bool
        /// Tokens that are left.
        let remaining: Int
        /// Seconds until the bucket is full, rounded up.
        let resetSeconds: Int
        /// Seconds until there is a token, at least one; for who was refused.
        let retryAfterSeconds: Int
    }

    private struct Bucket {
        var key: UInt64 = 0
        var fullAt: Int64 = 0
    }

    let quota: Quota
    private let interval: Int64
    private let window: Int64
    private let buckets: Mutex<[Bucket]>
    private static let places = 8

    /// - Parameter most: how many buckets there are, a power of two; 16 bytes each.
    init(_ quota: Quota, most: Int = 65_536) {
        precondition(most >= Self.places && most & (most - 1) == 0)
        self.quota = quota
        window = Int64(quota.seconds) * 1_000_000_000
        interval = max(1, window / Int64(quota.requests))
        buckets = Mutex([Bucket](repeating: Bucket(), count: most))
    }

    /// Takes a token of whoever has this key; `now` is in nanoseconds of a clock that never stops.
    func take(_ key: some Hashable & Sendable, now: Int64) -> Standing {
        // Seeded anew in every process: nobody can choose keys that share a place.
        let hash = max(1, UInt64(bitPattern: Int64(key.hashValue)))
        return buckets.withLock { buckets in
            let sets = buckets.count / Self.places
            let first = Int(truncatingIfNeeded: hash & UInt64(sets - 1)) * Self.places
            var place = first
            for candidate in first..<first + Self.places {
                if buckets[candidate].key == hash {
                    place = candidate
                    break
                }
                if buckets[candidate].fullAt < buckets[place].fullAt { place = candidate }
            }
            var fullAt = now
            if buckets[place].key == hash { fullAt = max(fullAt, buckets[place].fullAt) }
            let isAllowed = fullAt - now + interval <= window
            if isAllowed { fullAt += interval }
            buckets[place] = Bucket(key: hash, fullAt: fullAt)
            return standing(isAllowed, missing: fullAt - now)
        }
    }

    private func standing(_ isAllowed: Bool, missing: Int64) -> Standing {
        let second: Int64 = 1_000_000_000
        let wait = missing + interval - window
        return Standing(
            isAllowed: isAllowed,
            remaining: Int(max(0, window - missing) / interval),
            resetSeconds: Int((missing + second - 1) / second),
            retryAfterSeconds: Int(max(1, (wait + second - 1) / second))
        )
    }
}
