import JWTKit
import ServiceKit
import ServiceLifecycle

/// The accounts service verifies its own tokens with its own key, without asking itself by HTTP.
final class LocalKeySet: KeySource, Service {
    private let keys: JWTKeyCollection

    init(_ key: SigningKey) async {
        keys = await key.collection()
    }

    func current() -> JWTKeyCollection { keys }

    /// Nothing is ever newer than the key that this process signs with.
    func refreshed() -> JWTKeyCollection? { nil }

    func run() async throws {
        try? await gracefulShutdown()
    }
}
