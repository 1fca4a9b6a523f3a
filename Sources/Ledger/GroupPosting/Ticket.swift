import FoundationEssentials

/// An item and its caller. The variables belong to the waiting room, under its lock.
final class Ticket<Item: Sendable, Outcome: Sendable>: @unchecked Sendable {
    typealias Caller = CheckedContinuation<Outcome, any Error>

    let item: Item
    let lane: UUID
    let key: AnyHashable
    /// When it is too late to send the item; set when it joins its lane.
    var deadline = ContinuousClock.now
    var isCancelled = false
    /// Nil before the caller waits, and after it was answered.
    private var caller: Caller?

    init(_ item: Item, lane: UUID, key: AnyHashable) {
        self.item = item
        self.lane = lane
        self.key = key
    }

    func join(_ caller: Caller, until deadline: ContinuousClock.Instant) {
        self.caller = caller
        self.deadline = deadline
    }

    /// Whoever takes the caller answers it, outside the lock; nil when somebody else did.
    func takeCaller() -> Caller? {
        defer { caller = nil }
        return caller
    }
}

/// The items of one community. Exists as long as it has any; the variables are under the room's
/// lock.
struct Lane<Item: Sendable, Outcome: Sendable> {
    typealias Place = Ticket<Item, Outcome>

    /// In order of arrival.
    var waiting: [Place] = []
    /// The batch in flight.
    private(set) var sent: [Place] = []
    /// When the callers of the batch in flight are told that its outcome is unknown; nil when
    /// there is none or they were told.
    private(set) var answerDue: ContinuousClock.Instant?

    /// Takes the next batch: the oldest items, without a second one of the same key, which keeps
    /// its place for a later batch.
    mutating func send(atMost limit: Int, answerDue: ContinuousClock.Instant) -> [Place] {
        sent = takeBatch(atMost: limit)
        self.answerDue = answerDue
        return sent
    }

    private mutating func takeBatch(atMost limit: Int) -> [Place] {
        if waiting.count == 1 {
            defer { waiting.removeAll(keepingCapacity: true) }
            return waiting
        }
        var keys = Set<AnyHashable>(minimumCapacity: min(limit, waiting.count))
        var batch: [Place] = []
        var later: [Place] = []
        for (index, ticket) in waiting.enumerated() {
            if batch.count == limit {
                later += waiting[index...]
                break
            }
            if keys.insert(ticket.key).inserted {
                batch.append(ticket)
            } else {
                later.append(ticket)
            }
        }
        waiting = later
        return batch
    }

    /// All wait equally long and the oldest is first.
    mutating func takeLate(_ now: ContinuousClock.Instant) -> ArraySlice<Place> {
        let late = waiting.prefix { $0.deadline <= now }
        waiting.removeFirst(late.count)
        return late
    }

    mutating func takeOverdue(_ now: ContinuousClock.Instant) -> [Place] {
        guard let due = answerDue, due <= now else { return [] }
        answerDue = nil
        return sent
    }

    /// When the first of the two above has something to take.
    var nextDue: ContinuousClock.Instant? {
        [waiting.first?.deadline, answerDue].compactMap(\.self).min()
    }
}
