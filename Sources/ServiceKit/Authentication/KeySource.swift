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
    /// The keys as known now; throws 503 when none have been had yet.
    func current() throws -> JWTKeyCollection
    /// The keys, fetched anew if that was not done just now; `nil` when nothing is newer.
    func refreshed() async throws -> JWTKeyCollection?
}

/// The accounts service's key set (RFC 7517), fetched over HTTP and kept fresh.
package final class RemoteKeySet: KeySource, Service {
    private let url: String
    private let client: HTTPClient
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var keys: JWTKeyCollection?
        var attemptedAt: ContinuousClock.Instant?
    }

    private static let refreshInterval: Duration = .seconds(300)
    private static let retryInterval: Duration = .milliseconds(200)
    // A flood of tokens with unknown keys must not become a flood on the accounts service.
    private static let leastInterval: Duration = .seconds(5)
    private static let mostBytes = 65_536

    package init(url: String, client: HTTPClient, logger: Logger) {
        self.url = url
        self.client = client
        self.logger = logger
    }

    /// Fetches the set until shutdown: at once, then every five minutes; failures sooner.
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
            let keys = JWTKeyCollection()
            try await keys.add(jwksJSON: String(buffer: body))
            state.withLock { $0.keys = keys }
            return true
        } catch {
            logger.debug("key set not fetched", metadata: ["error": "\(error)"])
            return false
        }
    }
}
