import FoundationEssentials

/// The items of one community. Exists as long as it has any; the variables are under the room's
/// lock.
struct Lane<Item: Sendable, Outcome: Sendable> {
    typealias Place = Ticket<Item, Outcome>

    /// A batch in flight.
    private struct Sent {
        let tickets: [Place]
        let keys: Set<AnyHashable>
        /// Empty where items do not say what they touch.
        let touched: Set<UUID>
        /// When its callers are told that its outcome is unknown; nil when they were told.
        var answerDue: ContinuousClock.Instant?

        func allows(_ ticket: Place) -> Bool {
            !keys.contains(ticket.key) && ticket.touches.allSatisfy { !touched.contains($0) }
        }
    }

    /// In order of arrival.
    var waiting: [Place] = []
    private var sent: [Int: Sent] = [:]
    private var batches = 0

    /// How many batches are in flight.
    var inFlight: Int { sent.count }

    /// Takes the next batch: the oldest items that may go now, at least `least` of them. An item
    /// keeps its place for a later batch when its key, or something that it touches, is in flight,
    /// its key is in this batch already, or an item before it stays that touches the same. `nil`
    /// when that leaves too few.
    mutating func send(
        atLeast least: Int,
        atMost limit: Int,
        answerDue: ContinuousClock.Instant
    ) -> (batch: [Place], number: Int)? {
        guard waiting.count >= least else { return nil }
        var keys = Set<AnyHashable>(minimumCapacity: min(limit, waiting.count))
        var touched = Set<UUID>()
        var held = Set<UUID>()
        var batch: [Place] = []
        var later: [Place] = []
        for (index, ticket) in waiting.enumerated() {
            if batch.count == limit {
                later += waiting[index...]
                break
            }
            let mayGo =
                ticket.touches.allSatisfy { !held.contains($0) }
                && sent.values.allSatisfy { $0.allows(ticket) }
                && keys.insert(ticket.key).inserted
            if mayGo {
                batch.append(ticket)
                touched.formUnion(ticket.touches)
            } else {
                later.append(ticket)
                held.formUnion(ticket.touches)
            }
        }
        guard batch.count >= least else { return nil }
        waiting = later
        batches += 1
        sent[batches] = Sent(tickets: batch, keys: keys, touched: touched, answerDue: answerDue)
        return (batch, batches)
    }

    /// Whether nobody waits and nothing is in flight.
    var isIdle: Bool { waiting.isEmpty && sent.isEmpty }

    /// Adds an item at the end; how many wait now.
    mutating func join(_ ticket: Place) -> Int {
        waiting.append(ticket)
        return waiting.count
    }

    /// A batch has ended; how many items it had.
    mutating func ended(_ number: Int) -> Int {
        sent.removeValue(forKey: number)?.tickets.count ?? 0
    }

    /// All wait equally long and the oldest is first.
    mutating func takeLate(_ now: ContinuousClock.Instant) -> ArraySlice<Place> {
        let late = waiting.prefix { $0.deadline <= now }
        waiting.removeFirst(late.count)
        return late
    }

    mutating func takeOverdue(_ now: ContinuousClock.Instant) -> [Place] {
        var overdue: [Place] = []
        for (number, batch) in sent {
            guard let due = batch.answerDue, due <= now else { continue }
            sent[number]?.answerDue = nil
            overdue += batch.tickets
        }
        return overdue
    }

    /// When the first of the two above has something to take.
    var nextDue: ContinuousClock.Instant? {
        (sent.values.compactMap(\.answerDue) + [waiting.first?.deadline].compactMap(\.self)).min()
    }
}
