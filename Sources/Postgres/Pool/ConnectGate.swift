import Logging

/// Keeps threads from knocking all the time at a server that is away: after a failed attempt,
/// everybody is turned down for a moment with the same reason.
final class ConnectGate: Sendable {
    private struct State {
        var reason: String?
        var closedUntil = ContinuousClock.now
    }

    static let pause = Duration.milliseconds(250)

    private let state = Monitor(State())
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Throws `.unavailable` while the gate is closed, and when connecting fails.
    func connect(_ configuration: DatabaseConfiguration) throws(PostgresError) -> Connection {
        let reason = state.withLock { state in
            state.closedUntil > .now ? state.reason : nil
        }
        if let reason { throw .unavailable(reason) }
        do {
            let connection = try Connection(configuration, logger: logger)
            opened()
            return connection
        } catch {
            failed(error)
            throw error
        }
    }

    private func opened() {
        let wasAway = state.withLock { state in
            defer { state.reason = nil }
            return state.reason != nil
        }
        if wasAway { logger.info("database is back") }
    }

    private func failed(_ error: PostgresError) {
        let isNew = state.withLock { state in
            defer {
                state.reason = if case .unavailable(let reason) = error { reason } else { "" }
                state.closedUntil = .now + Self.pause
            }
            return state.reason == nil
        }
        if isNew { logger.warning("database is away", metadata: ["error": "\(error)"]) }
    }
}
