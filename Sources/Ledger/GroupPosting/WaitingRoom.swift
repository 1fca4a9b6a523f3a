import FoundationEssentials
import Postgres

/// Who waits in which lane and whose batch is in flight, bounded in number and in time.
final class WaitingRoom<Item: Sendable, Outcome: Sendable>: Sendable {
    typealias Place = Ticket<Item, Outcome>

    private struct State {
        var lanes: [UUID: Lane<Item, Outcome>] = [:]
        var counts = GroupPosterStatistics()
        var isClosed = false
        var timekeeper: Task<Void, Never>?
        var onDrained: [CheckedContinuation<Void, Never>] = []

        /// Who waits for the last lane to end, once it has.
        mutating func takeDrained() -> [CheckedContinuation<Void, Never>] {
            guard isClosed, lanes.isEmpty else { return [] }
            timekeeper?.cancel()
            defer { onDrained = [] }
            return onDrained
        }
    }

    private enum Admission {
        case waits
        case needsServer
        case refused(any Error)
    }

    private let state = Monitor(State())
    private let bounds: GroupPosterBounds

    init(_ bounds: GroupPosterBounds) { self.bounds = bounds }

    var statistics: GroupPosterStatistics {
        state.withLock { state in
            var counts = state.counts
            counts.busyLanes = state.lanes.count
            return counts
        }
    }

    /// Lets an item wait in its lane or refuses it at once; true when the lane is idle, or may
    /// send one more batch, and the caller must see to it that it is served.
    func admit(_ ticket: Place, _ caller: Place.Caller) -> Bool {
        let admission = state.withLock { state -> Admission in
            if ticket.isCancelled { return .refused(CancellationError()) }
            if state.isClosed { return .refused(PostgresError.closed) }
            if state.counts.waiting >= bounds.mostWaiting {
                return .refused(PostgresError.overloaded)
            }
            ticket.join(caller, until: .now + bounds.longestWait)
            state.counts.waiting += 1
            if state.timekeeper == nil {
                state.timekeeper = Task.detached { await self.keepTime() }
            }
            let isIdle = state.lanes[ticket.lane] == nil
            let waiting = state.lanes[ticket.lane, default: Lane()].join(ticket)
            // Asked again each time so many more wait, not for every item.
            let mayBeEnough = waiting % bounds.fewestBesides == 0
            let hasRoom = (state.lanes[ticket.lane]?.inFlight ?? 0) < bounds.mostInFlight
            return isIdle || mayBeEnough && hasRoom ? .needsServer : .waits
        }
        switch admission {
        case .waits: return false
        case .needsServer: return true
        case .refused(let error):
            caller.resume(throwing: error)
            return false
        }
    }

    /// Drops an item that was not sent; one that is not here yet will be refused when it comes.
    func cancel(_ ticket: Place) {
        let caller = state.withLock { state -> Place.Caller? in
            ticket.isCancelled = true
            guard
                let index = state.lanes[ticket.lane]?.waiting.firstIndex(where: { $0 === ticket })
            else { return nil }
            state.lanes[ticket.lane]?.waiting.remove(at: index)
            state.counts.waiting -= 1
            return ticket.takeCaller()
        }
        caller?.resume(throwing: CancellationError())
    }

    /// Takes the next batch of a lane, after the one with this number has ended; nil when nobody
    /// may be sent now. A batch beside another one must be worth its statement.
    func nextBatch(of lane: UUID, after ended: Int?) -> (batch: [Place], number: Int)? {
        let (next, drained) = state.withLock { state in
            if let ended { state.counts.inFlight -= state.lanes[lane]?.ended(ended) ?? 0 }
            let inFlight = state.lanes[lane]?.inFlight ?? 0
            let next =
                inFlight < bounds.mostInFlight
                ? state.lanes[lane]?.send(
                    atLeast: inFlight == 0 ? 1 : bounds.fewestBesides,
                    atMost: bounds.largestBatch,
                    answerDue: .now + bounds.patience
                ) : nil
            state.counts.waiting -= next?.batch.count ?? 0
            state.counts.inFlight += next?.batch.count ?? 0
            if state.lanes[lane]?.isIdle ?? false { state.lanes[lane] = nil }
            return (next, state.takeDrained())
        }
        for continuation in drained { continuation.resume() }
        return next
    }

    /// Counts a statement that has to be sent again.
    func countRetry() { state.withLock { $0.counts.retries += 1 } }

    /// Counts a batch that has to be halved.
    func countSplit() { state.withLock { $0.counts.splits += 1 } }

    /// Tells everybody the outcome of the own item.
    func answer(_ tickets: ArraySlice<Place>, _ outcomes: [Outcome]) {
        precondition(tickets.count == outcomes.count, "an outcome for every item")
        let callers = state.withLock { state in
            state.counts.batchesPosted += 1
            state.counts.itemsPosted += tickets.count
            return tickets.map { $0.takeCaller() }
        }
        for (caller, outcome) in zip(callers, outcomes) { caller?.resume(returning: outcome) }
    }

    /// Tells everybody the same error.
    func fail(_ tickets: ArraySlice<Place>, _ error: any Error) {
        let callers = state.withLock { _ in tickets.map { $0.takeCaller() } }
        for caller in callers { caller?.resume(throwing: error) }
    }

    /// Takes no more items; those that are here will be completed.
    func close() { state.withLock { $0.isClosed = true } }

    /// Suspends until no lane has work. Call it after `close`.
    func drained() async {
        await withCheckedContinuation { continuation in
            let drained = state.withLock { state in
                state.onDrained.append(continuation)
                return state.takeDrained()
            }
            for continuation in drained { continuation.resume() }
        }
    }
}

extension WaitingRoom {
    /// Answers callers who have waited too long, whatever the database does, until there is nobody
    /// to look after.
    ///
    /// The one timer for all: it never pauses for longer than the shorter bound, so an item that
    /// comes during a pause cannot be due before it ends, and nobody needs to wake it.
    private func keepTime() async {
        while let pause = answerLate() {
            // Cancelled when all is done: the next look finds nobody.
            try? await Task.sleep(for: pause)
        }
    }

    /// Returns when to look again; nil when everything is idle.
    private func answerLate() -> Duration? {
        let (late, overdue, pause) = state.withLock { state in
            let now = ContinuousClock.now
            var late: [Place.Caller] = []
            var overdue: [Place.Caller] = []
            var next = now + min(bounds.longestWait, bounds.patience)
            for lane in state.lanes.keys {
                guard let tickets = state.lanes[lane]?.takeLate(now) else { continue }
                state.counts.waiting -= tickets.count
                late += tickets.compactMap { $0.takeCaller() }
                overdue += state.lanes[lane]?.takeOverdue(now).compactMap { $0.takeCaller() } ?? []
                next = min(next, state.lanes[lane]?.nextDue ?? next)
            }
            let pause = state.lanes.isEmpty ? nil : now.duration(to: next)
            if pause == nil { state.timekeeper = nil }
            return (late, overdue, pause)
        }
        for caller in late { caller.resume(throwing: PostgresError.overloaded) }
        for caller in overdue { caller.resume(throwing: PostgresError.outcomeUnknown) }
        return pause
    }
}
