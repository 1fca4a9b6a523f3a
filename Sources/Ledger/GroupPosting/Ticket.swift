import FoundationEssentials

/// An item and its caller. The variables belong to the waiting room, under its lock.
final class Ticket<Item: Sendable, Outcome: Sendable>: @unchecked Sendable {
    typealias Caller = CheckedContinuation<Outcome, any Error>

    let item: Item
    let lane: UUID
    let key: AnyHashable
    let touches: [UUID]
    /// When it is too late to send the item; set when it joins its lane.
    var deadline = ContinuousClock.now
    var isCancelled = false
    /// Nil before the caller waits, and after it was answered.
    private var caller: Caller?

    init(_ item: Item, lane: UUID, key: AnyHashable, touches: [UUID]) {
        self.item = item
        self.lane = lane
        self.key = key
        self.touches = touches
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
