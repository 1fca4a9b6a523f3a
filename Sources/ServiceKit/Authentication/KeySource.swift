import API
package import AsyncHTTPClient
import FoundationEssentials
package import JWTKit
package import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization

/// Where the keys come from that access tokens are verified with.
package protocol KeySource: Sendable {
    /// The keys as known now, the same collection as long as they are the same; throws 503 when
    /// none have been had yet.
    func current() throws -> JWTKeyCollection
    /// The keys, fetched anew if that was not done just now; `nil` when nothing is newer.
    func refreshed() async throws -> JWTKeyCollection?
}

/// The accounts service's key set (RFC 7517), fetched over HTTP and kept fresh.
package final class RemoteKeySet: KeySource, Service {
    private let url: String
    private let client: HTTPClient
    private let logger: Logger
    private let read: @Sendable (String) async throws -> JWTKeyCollection
    private let state = Mutex(State())

    private struct State {
        var keys: JWTKeyCollection?
        /// What they were read from.
        var text = ""
        var attemptedAt: ContinuousClock.Instant?
    }

    // How long a key that was withdrawn may go on counting, with the minute of a cache.
    private static let refreshInterval: Duration = .seconds(60)
    private static let retryInterval: Duration = .milliseconds(200)
    // A flood of tokens with unknown keys must not become a flood on the accounts service.
    private static let leastInterval: Duration = .seconds(5)
    private static let mostBytes = 65_536

    /// - Parameter read: makes keys of a set's JSON; throws when there are none.
    package init(
        url: String,
        client: HTTPClient = .shared,
        logger: Logger,
        read: @escaping @Sendable (String) async throws -> JWTKeyCollection = RemoteKeySet
            .keys(of:)
    ) {
        self.url = url
        self.client = client
        self.logger = logger
        self.read = read
    }

    /// The keys of a set (RFC 7517), all of which must be of a kind that is known.
    package static func keys(of text: String) async throws -> JWTKeyCollection {
        let keys = JWTKeyCollection()
        try await keys.add(jwksJSON: text)
        return keys
    }

    /// Fetches the set until shutdown: at once, then every minute; failures sooner.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let fetched = await self.fetch()
                do {
                    try await Task.sleep(for: fetched ? Self.refreshInterval : Self.retryInterval)
                } catch { return }
            }
        }
    }

    /// The keys last fetched; throws 503 before the first.
    package func current() throws -> JWTKeyCollection {
        guard let keys = state.withLock({ $0.keys }) else {
            throw Problem.unavailable("The keys that tokens are verified with are not here yet.")
        }
        return keys
    }

    /// Fetches now, unless that was done in the last seconds.
    package func refreshed() async throws -> JWTKeyCollection? {
        // Noted before fetching: while the accounts service is away, bad tokens must not pile up.
        let isDue = state.withLock { state in
            if let last = state.attemptedAt, last.duration(to: .now) < Self.leastInterval {
                return false
            }
            state.attemptedAt = .now
            return true
        }
        guard isDue, await fetch() else { return nil }
        return try current()
    }

    private func fetch() async -> Bool {
        do {
            let response = try await client.execute(
                HTTPClientRequest(url: url),
                timeout: .seconds(5)
            )
            guard response.status == .ok else { return false }
            let body = try await response.body.collect(upTo: Self.mostBytes)
            let text = String(buffer: body)
            if state.withLock({ $0.keys != nil && $0.text == text }) { return true }
            let keys = try await read(text)
            state.withLock { ($0.keys, $0.text) = (keys, text) }
            return true
        } catch {
            logger.debug("key set not fetched", metadata: ["error": "\(error)"])
            return false
        }
    }
}
