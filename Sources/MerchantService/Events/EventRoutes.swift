import API
import FoundationEssentials
import Hummingbird
import Postgres
import ServiceKit

/// Whose events somebody hears: a merchant's all, a till's own, those of the shops of a mandate.
struct EventReader: Sendable {
    let community: UUID
    let merchant: UUID
    let terminal: UUID?
    let shops: [UUID]?

    init(_ caller: Caller) throws {
        community = try caller.requireCommunity()
        merchant = caller.party
        terminal = caller.terminal
        shops = caller.shops
    }
}

/// `/events`: a stream of what happens at a merchant, to be resumed by number.
struct EventRoutes: Sendable {
    let database: Database
    let listener: NotificationListener

    /// Announced when events got their numbers; the payload is the merchant's id.
    static let numbered = "merchant_event_numbered"

    private static let pageLength = 100
    private static let usualSeconds = 600

    func add(to routes: Routes) {
        routes.onStream(.streamEvents, streamEvents)
    }

    @Sendable private func streamEvents(_ call: Call<Caller>) async throws -> Response {
        let reader = try EventReader(call.caller)
        // Subscribed before the first look, so that nothing falls between.
        let changes = changes(of: reader.merchant)
        let (last, oldest) = try await range(of: reader)
        let asked = try EventFeed.start(asked: call, last: last, oldest: oldest)
        return EventFeed(
            after: asked ?? last,
            seconds: call.query("seconds").flatMap { Int($0) } ?? Self.usualSeconds,
            changes: changes,
            read: { after in try await page(of: reader, after: after) }
        ).response(to: call)
    }

    private func range(of reader: EventReader) async throws -> (last: Int64, oldest: Int64?) {
        try await database.query(EventQueries.range(of: reader.merchant, reader.community)) {
            try $0.one().decode(Int64.self, Int64?.self)
        }
    }

    private func page(of reader: EventReader, after: Int64) async throws -> EventFeed.Page {
        let (last, _) = try await range(of: reader)
        guard last > after else { return EventFeed.Page(events: [], upTo: after, isLast: true) }
        let events = try await database.query(
            EventQueries.list(of: reader, after: after, upTo: last, limit: Self.pageLength),
            EventQueries.events
        )
        let isLast = events.count < Self.pageLength
        return EventFeed.Page(
            events: events.map {
                EventFeed.Event(
                    nr: Int64($0.data.nr),
                    name: $0.type,
                    data: WireJSON.bytes($0)
                )
            },
            upTo: isLast ? last : events.last.map { Int64($0.data.nr) } ?? last,
            isLast: isLast
        )
    }

    /// An element whenever a merchant may have new events.
    private func changes(of merchant: UUID) -> AsyncStream<Void> {
        let name = Identifier(merchant).description
        let notifications = listener.notifications(Self.numbered)
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let forwarding = Task {
                for await notification in notifications {
                    switch notification {
                    case .received(name), .reconnected, .overflowed: continuation.yield()
                    case .received: continue
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in forwarding.cancel() }
        }
    }
}
