/// Who hears which channel.
final class Subscribers: Sendable {
    private struct State {
        var continuations: [String: [Int: AsyncStream<Notification>.Continuation]] = [:]
        var lastID = 0
        var isFinished = false
    }

    private let state = Monitor(State())

    func subscribe(to channel: String) -> AsyncStream<Notification> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Notification.self,
            bufferingPolicy: .bufferingNewest(NotificationListener.bufferLimit)
        )
        let id = state.withLock { state -> Int? in
            if state.isFinished { return nil }
            state.lastID += 1
            state.continuations[channel, default: [:]][state.lastID] = continuation
            return state.lastID
        }
        if let id {
            continuation.onTermination = { [weak self] _ in self?.remove(id, from: channel) }
        } else {
            continuation.finish()
        }
        return stream
    }

    /// Delivers to one channel, or to all of them.
    func deliver(_ notification: Notification, to channel: String? = nil) {
        // Outside the lock: a continuation may call back.
        let continuations = state.withLock { state in
            state.continuations.filter { channel == nil || $0.key == channel }
                .flatMap { $0.value.values }
        }
        for continuation in continuations {
            guard case .dropped = continuation.yield(notification) else { continue }
            // Newest of all now, so that it comes after everything that was dropped.
            continuation.yield(.overflowed)
        }
    }

    func finish() {
        let continuations = state.withLock { state in
            defer { state.continuations = [:] }
            state.isFinished = true
            return state.continuations.flatMap { $0.value.values }
        }
        for continuation in continuations { continuation.finish() }
    }

    private func remove(_ id: Int, from channel: String) {
        state.withLock { _ = $0.continuations[channel]?.removeValue(forKey: id) }
    }
}
