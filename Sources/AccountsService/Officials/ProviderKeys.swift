import API
import FoundationEssentials
import JWTKit
import Logging
import ServiceKit
import ServiceLifecycle
import Synchronization

/// The keys of somebody else's set (RFC 7517) that signatures are taken of.
///
/// A set has keys for other uses and of kinds that we do not know; they are left out.
enum ProviderKeys {
    /// None of the keys can be used.
    struct NoKeys: Error {}

    /// What tokens of providers may be signed with.
    static let algorithms = ["RS256", "ES256", "EdDSA"]

    private struct KeySet: Codable {
        var keys: [[String: JSONValue]]
    }

    /// Reads a set; throws when it has no key for signatures.
    static func read(_ text: String) async throws -> JWTKeyCollection {
        let set = try JSONDecoder().decode(KeySet.self, from: Data(text.utf8))
        let usable = set.keys.compactMap(usable)
        guard !usable.isEmpty else { throw NoKeys() }
        let json = try JSONEncoder().encode(KeySet(keys: usable))
        let keys = JWTKeyCollection()
        try await keys.add(jwksJSON: String(decoding: json, as: UTF8.self))
        return keys
    }

    /// The public members of a key, with its one algorithm; `nil` for one that is not for this.
    private static func usable(_ key: [String: JSONValue]) -> [String: JSONValue]? {
        let needed: (algorithm: String, members: [String])
        switch (key["kty"], key["crv"]) {
        case (.string("RSA"), _): needed = ("RS256", ["n", "e"])
        case (.string("EC"), .string("P-256")): needed = ("ES256", ["crv", "x", "y"])
        case (.string("OKP"), .string("Ed25519")): needed = ("EdDSA", ["crv", "x"])
        default: return nil
        }
        guard [nil, .string("sig")].contains(key["use"]),
            [nil, .string(needed.algorithm)].contains(key["alg"]), case .string = key["kid"]
        else { return nil }
        var usable = key.filter { (["kty", "kid"] + needed.members).contains($0.key) }
        usable["alg"] = .string(needed.algorithm)
        return usable
    }
}

/// A key set in a file, read anew every minute: keys change without a restart.
final class FileKeySet: KeySource, Service {
    private static let interval: Duration = .seconds(60)

    private let file: String
    private let logger: Logger
    private let state: Mutex<(text: String, keys: JWTKeyCollection)>

    /// Throws when there is no usable key in the file.
    init(file: String, logger: Logger) async throws {
        self.file = file
        self.logger = logger
        let text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
        let keys = try await ProviderKeys.read(text)
        state = Mutex((text, keys))
    }

    func current() -> JWTKeyCollection { state.withLock { $0.keys } }

    /// Reads the file again; a file that cannot be read leaves the keys as they were.
    func refreshed() async -> JWTKeyCollection? {
        let known = current()
        try? await reread()
        let now = current()
        return now === known ? nil : now
    }

    func run() async throws {
        await WorkLoop(interval: Self.interval, logger: logger, work: { try await self.reread() })
            .run()
    }

    private func reread() async throws {
        let text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
        guard text != state.withLock({ $0.text }) else { return }
        let keys = try await ProviderKeys.read(text)
        state.withLock { $0 = (text, keys) }
    }
}
