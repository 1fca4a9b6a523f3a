import Postgres

/// What went wrong with a batch so far, and thereby what to do about the next thing that does.
struct Setbacks {
    /// What follows a failed statement.
    enum NextStep {
        /// The same statement again.
        case again(after: Duration)
        /// Each half by itself: the fault may be one item's own.
        case split
        /// This is what the callers hear.
        case giveUp(any Error)
    }

    private let bounds: GroupPosterBounds
    private let firstAttempt: ContinuousClock.Instant
    private var conflicts = 0
    private var losses = 0
    /// Whether an attempt was lost that may have had its effect, or may have it yet.
    private var mayHaveHappened = false

    init(_ bounds: GroupPosterBounds, now: ContinuousClock.Instant) {
        self.bounds = bounds
        firstAttempt = now
    }

    /// What is known about the batch holds for each half, but the halves' conflicts are their own.
    func ofHalf() -> Setbacks {
        var half = self
        half.conflicts = 0
        return half
    }

    /// Why it is too late to send a statement; nil when it is not.
    func tooLate(_ now: ContinuousClock.Instant) -> PostgresError? {
        guard now >= firstAttempt + bounds.patience else { return nil }
        return mayHaveHappened ? .outcomeUnknown : .overloaded
    }

    /// Weighs an error of a statement with so many items.
    mutating func nextStep(
        after error: any Error,
        items: Int,
        now: ContinuousClock.Instant
    ) -> NextStep {
        switch error as? PostgresError {
        // The items are posted and only their outcomes cannot be read: no attempt helps.
        case nil, .decoding: return .giveUp(error)
        case .closed: return giveUp(error)
        case .outcomeUnknown:
            mayHaveHappened = true
            return again(within: bounds.patience, now, orElse: error)
        case .unavailable:
            let limit = mayHaveHappened ? bounds.patience : bounds.outagePatience
            return again(within: limit, now, orElse: error)
        case .overloaded:
            // The pool made it wait long enough, unless somebody has to be told what happened.
            guard mayHaveHappened else { return .giveUp(error) }
            return again(within: bounds.patience, now, orElse: error)
        case .server(let report): return nextStep(after: error, report, items, now)
        }
    }

    private mutating func nextStep(
        after error: any Error,
        _ report: ServerError,
        _ items: Int,
        _ now: ContinuousClock.Instant
    ) -> NextStep {
        if PostgresError.server(report).isRetryable, conflicts < bounds.mostConflicts {
            conflicts += 1
            return .again(after: .microseconds(Int.random(in: 500...(2_500 << min(conflicts, 5)))))
        }
        // A lock that the lost attempt still holds, for example.
        if mayHaveHappened, report.isAboutServer || report.isAboutTime {
            return again(within: bounds.patience, now, orElse: error)
        }
        if PostgresError.server(report).isRetryable || report.isAboutServer || items == 1 {
            return giveUp(error)
        }
        return .split
    }

    /// A pause that grows from some milliseconds to a quarter of a second, as long as a pool keeps
    /// away from a server that did not answer.
    private mutating func again(
        within limit: Duration,
        _ now: ContinuousClock.Instant,
        orElse error: any Error
    ) -> NextStep {
        guard now < firstAttempt + limit else { return giveUp(error) }
        let longest = min(250, 4 << min(losses, 6))
        losses += 1
        return .again(after: .milliseconds(Int.random(in: (longest / 2)...longest)))
    }

    /// No later failure proves that an earlier attempt had no effect.
    private func giveUp(_ error: any Error) -> NextStep {
        .giveUp(mayHaveHappened ? PostgresError.outcomeUnknown : error)
    }
}

// SQLSTATE classes: PostgreSQL documentation, appendix A.
extension ServerError {
    /// Whether any other statement would have failed as well: read-only server (25006), disk or
    /// memory full (53), shutting down (57P), input and output (58).
    fileprivate var isAboutServer: Bool {
        sqlState == "25006" || ["53", "57P", "58"].contains { sqlState.hasPrefix($0) }
    }

    /// Whether the statement was given up because it took or waited too long.
    fileprivate var isAboutTime: Bool { sqlState == "55P03" || sqlState == "57014" }
}
