import Synchronization

/// How many connections each address has.
final class ConnectionCounts: Sendable {
    private let mostPerAddress: Int
    private let counts = Mutex<[UInt64: Int]>([:])

    init(mostPerAddress: Int) { self.mostPerAddress = mostPerAddress }

    /// Counts a connection; whether it is one too many. Either way it has to `leave`.
    func enter(_ block: UInt64) -> Bool {
        counts.withLock { counts in
            let count = counts[block, default: 0] + 1
            counts[block] = count
            return count <= mostPerAddress
        }
    }

    func leave(_ block: UInt64) {
        counts.withLock { counts in
            let count = counts[block, default: 1] - 1
            counts[block] = count > 0 ? count : nil
        }
    }
}
