import API
import FoundationEssentials
package import Hummingbird
import NIOCore

/// Answers a stream of server-sent events (WHATWG HTML, section 9.2).
package enum ServerSentEvents {
    /// What a stream hears of: something changed, or nothing did for a while.
    package enum Signal: Sendable { case changed, idle }

    /// Sends `current()` as an event named `name` at the start and after each change that alters
    /// it, until `isFinal`, the client leaves or ten minutes pass.
    package static func response<State: Encodable & Sendable>(
        named name: String,
        changes: AsyncStream<Void>,
        current: @escaping @Sendable () async throws -> State,
        isFinal: @escaping @Sendable (State) -> Bool
    ) -> Response {
        let body = ResponseBody { writer in
            var last: [UInt8] = []
            for await _ in ticking(changes) {
                let state = try await current()
                let data = WireJSON.bytes(state)
                let text = data == last ? [UInt8](": still here\n\n".utf8) : event(name, data)
                last = data
                try await writer.write(ByteBuffer(bytes: text))
                if isFinal(state) { break }
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

    private static let interval: Duration = .seconds(10)
    private static let mostTicks = 60

    /// One element at once, one per change, and one every ten seconds, so that a missed change
    /// shows within that time and a client that left is noticed.
    private static func ticking(_ changes: AsyncStream<Void>) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            continuation.yield()
            let forwarding = Task {
                await withTaskGroup { group in
                    group.addTask { for await _ in changes { continuation.yield() } }
                    group.addTask {
                        for _ in 0..<mostTicks {
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
