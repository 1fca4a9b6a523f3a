import API
package import Hummingbird
import NIOCore
import Postgres

/// A stream of numbered events that a client can resume: whoever comes back with the last number
/// that it had (`Last-Event-ID`, WHATWG HTML section 9.2) misses nothing and hears nothing twice.
package struct EventFeed: Sendable {
    /// One event.
    package struct Event: Sendable {
        let nr: Int64
        let name: String
        let data: [UInt8]

        package init(nr: Int64, name: String, data: [UInt8]) {
            self.nr = nr
            self.name = name
            self.data = data
        }
    }

    /// What there is after a number, in order.
    package struct Page: Sendable {
        let events: [Event]
        /// Up to which number this is all that there is.
        let upTo: Int64
        let isLast: Bool

        package init(events: [Event], upTo: Int64, isLast: Bool) {
            self.events = events
            self.upTo = upTo
            self.isLast = isLast
        }
    }

    let start: Int64
    let seconds: Int
    let changes: AsyncStream<Void>
    let read: @Sendable (_ after: Int64) async throws -> Page

    /// A feed of what comes after `start`, for at most so many seconds. `read` is asked whenever
    /// something may have changed.
    package init(
        after start: Int64,
        seconds: Int,
        changes: AsyncStream<Void>,
        read: @escaping @Sendable (_ after: Int64) async throws -> Page
    ) {
        self.start = start
        self.seconds = seconds
        self.changes = changes
        self.read = read
    }

    // A client that has no answer of ours for this long asks again.
    private static let reconnectMilliseconds = 1000
    private static let longestSilenceSeconds = 10

    /// The answer: an event `start`, then every event, and a comment when there was none for ten
    /// seconds. Ends early when the token is revoked, and at once when too many streams are open.
    package func response(to call: Call<Caller>) -> Response {
        let isRevoked = call.isRevoked
        // The body is written when the handler has returned.
        let (tenant, logger) = (call.caller.tenant, call.context.logger)
        let silence = min(seconds, Self.longestSilenceSeconds)
        let ticks = (seconds + silence - 1) / silence
        let body = ResponseBody { writer in
            guard ServerSentEvents.enter() else { return try await writer.finish(nil) }
            defer { ServerSentEvents.leave() }
            var last = start
            try await writer.write(ByteBuffer(bytes: greeting))
            let occasions = ServerSentEvents.ticking(
                changes,
                every: .seconds(silence),
                ticks: ticks
            )
            listening: for await _ in occasions {
                var isTold = false
                while true {
                    guard !isRevoked() else { break listening }
                    let after = last
                    let page = try await logger.tellingFaults {
                        try await tenant.perform { try await read(after) }
                    }
                    if !page.events.isEmpty {
                        isTold = true
                        try await writer.write(ByteBuffer(bytes: page.events.flatMap(Self.text)))
                    }
                    last = page.upTo
                    if page.isLast { break }
                }
                if !isTold { try await writer.write(ByteBuffer(string: ": still here\n\n")) }
                try await Task.sleep(for: ServerSentEvents.leastPause)
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: MediaType.events, .init("X-Accel-Buffering")!: "no"],
            body: body
        )
    }

    /// The number that the client has already, after its header; nil for from now on. Throws a
    /// problem when it is no number of this stream, whose last event is `last` and whose oldest that
    /// is kept is `oldest`.
    package static func start(
        asked call: Call<Caller>,
        last: Int64,
        oldest: Int64?
    ) throws -> Int64? {
        guard let text = call.request.headers[.lastEventID], !text.isEmpty else { return nil }
        guard text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let asked = Int64(text)
        else { throw Problem(.invalidRequest, "Last-Event-ID is not an id of this stream.") }
        guard asked <= last, asked == last || asked + 1 >= oldest ?? .max else {
            throw Problem(.eventsForgotten, "The events after that one are no longer kept.")
        }
        return asked
    }

    private var greeting: [UInt8] {
        let data = WireJSON.bytes(EventStreamStart(nr: Int(start)))
        return Array("retry: \(Self.reconnectMilliseconds)\n".utf8)
            + Self.text(Event(nr: start, name: "start", data: data))
    }

    private static func text(_ event: Event) -> [UInt8] {
        Array("id: \(event.nr)\nevent: \(event.name)\ndata: ".utf8) + event.data
            + Array("\n\n".utf8)
    }
}
