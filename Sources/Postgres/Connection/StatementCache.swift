/// The prepared statements of one connection, by text and parameter types; least recently used
/// ones go first when there are too many.
struct StatementCache {
    struct Key: Hashable {
        let text: String
        let types: [PostgresType]
    }

    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var uses: UInt64 = 0
    private var made: UInt64 = 0
    /// Names the server still knows and nobody uses: to be deallocated outside a transaction,
    /// because a failed one refuses every command.
    private(set) var evicted: [String] = []

    init(capacity: Int) { self.capacity = capacity }

    mutating func name(for key: Key) -> String? {
        uses += 1
        guard let index = entries.index(forKey: key) else { return nil }
        entries.values[index].lastUse = uses
        return entries.values[index].name
    }

    /// A name that was never used on this connection.
    mutating func newName() -> String {
        made += 1
        return "s\(made)"
    }

    mutating func insert(_ name: String, for key: Key) {
        if entries.count >= capacity,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
        {
            forget(oldest)
        }
        entries[key] = Entry(name: name, lastUse: uses)
    }

    mutating func forget(_ key: Key) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        evicted.append(entry.name)
    }

    mutating func takeEvicted() -> [String] {
        defer { evicted = [] }
        return evicted
    }
}
