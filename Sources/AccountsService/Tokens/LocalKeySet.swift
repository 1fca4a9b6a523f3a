import JWTKit
import ServiceKit
import ServiceLifecycle

/// The accounts service verifies its own tokens with the keys it publishes, without asking itself by
/// HTTP.
final class LocalKeySet: KeySource, Service {
    private let keys: JWTKeyCollection

    init(_ keys: TokenKeys) async {
        self.keys = await keys.collection()
    }

    func current() -> JWTKeyCollection { keys }

    /// Nothing is ever newer than what this process was started with.
    func refreshed() -> JWTKeyCollection? { nil }

    func run() async throws {
        try? await gracefulShutdown()
    }
}
