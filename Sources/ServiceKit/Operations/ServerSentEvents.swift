import API
import FoundationEssentials
package import Hummingbird
import NIOCore
import Postgres
import Synchronization

/// Answers a stream of server-sent events (WHATWG HTML, section 9.2).
package enum ServerSentEvents {
    /// Sends `current()` as an event named `name` at the start and after each change that alters
    /// it, until `isFinal`, `current()` has nothing to tell any more, the client leaves or its
    /// token is revoked, or ten minutes pass. Changes that come fast are told as one. Beyond
    /// `mostStreams` at once a stream ends as soon as it begins, and the client asks instead.
    package static func response<State: Encodable & Sendable>(
        to call: Call<Caller>,
        named name: String,
        changes: AsyncStream<Void>,
        current: @escaping @Sendable () async throws -> State?,
        isFinal: @escaping @Sendable (State) -> Bool
    ) -> Response {
        let isRevoked = call.isRevoked
        // The body is written when the handler has returned.
        let (tenant, logger) = (call.caller.tenant, call.context.logger)
        let body = ResponseBody { writer in
            guard enter() else { return try await writer.finish(nil) }
            defer { leave() }
            var last: [UInt8] = []
            for await _ in ticking(changes, every: interval, ticks: mostTicks) {
                guard !isRevoked(),
                    let state = try await logger.tellingFaults({ try await tenant.perform(current) }
                    )
                else { break }
                let data = WireJSON.bytes(state)
                let text = data == last ? [UInt8](": still here\n\n".utf8) : event(name, data)
                last = data
                try await writer.write(ByteBuffer(bytes: text))
                if isFinal(state) { break }
                try await Task.sleep(for: leastPause)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: MediaType.events, .init("X-Accel-Buffering")!: "no"],
            body: body
        )
    }

    private static func event(_ name: String, _ data: [UInt8]) -> [UInt8] {
        Array("event: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }

    private static let mostStreams = 2000
    private static let open = Mutex(0)

    static func enter() -> Bool {
        open.withLock { count in
            guard count < mostStreams else { return false }
            count += 1
            return true
        }
    }

    static func leave() {
        open.withLock { $0 -= 1 }
    }

    static let leastPause: Duration = .milliseconds(100)
    private static let interval: Duration = .seconds(10)
    private static let mostTicks = 60

    /// One element at once, one per change, and one at every interval, so that a missed change
    /// shows within that time and a client that left is noticed; ends after so many intervals.
    static func ticking(
        _ changes: AsyncStream<Void>,
        every interval: Duration,
        ticks: Int
    ) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            continuation.yield()
            let forwarding = Task {
                await withTaskGroup { group in
                    group.addTask { for await _ in changes { continuation.yield() } }
                    group.addTask {
                        for _ in 0..<ticks {
                            do { try await Task.sleep(for: interval) } catch { return }
                            continuation.yield()
                        }
                        continuation.finish()
                    }
                    await group.waitForAll()
                }
            }
            continuation.onTermination = { _ in forwarding.cancel() }
        }
    }
}
