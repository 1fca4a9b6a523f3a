import API
import Crypto
import FoundationEssentials
package import Postgres
import Synchronization

/// The nonces that proofs must have (RFC 9449 section 8): a moment, and a code that only the
/// installation can make of it.
///
/// Nobody keeps them: every instance of every service verifies those of any other by the key in the
/// database, so it does not matter which one a proxy asks next.
package final class ProofNonces: Sendable {
    /// How long a nonce counts, in seconds.
    static let lifetime: Int64 = 300
    /// One nonce serves for so many seconds, so that answers repeat it and clients keep it.
    private static let period: Int64 = 30
    private static let codeBytes = 16

    private let clock: Clock
    private let key = Mutex<SymmetricKey?>(nil)

    package init(clock: Clock) { self.clock = clock }

    /// Reads the key; throws what the database throws.
    package func read(from database: Database) async throws {
        let bytes = try await database.query(
            "SELECT key FROM accounts.nonce_key ORDER BY made_at DESC LIMIT 1"
        ) { try $0.one().decode([UInt8].self) }
        use(key: bytes)
    }

    /// Makes and verifies with this key from now on.
    func use(key bytes: [UInt8]) {
        key.withLock { $0 = SymmetricKey(data: bytes) }
    }

    /// What the next proof should have; `nil` before the key was read.
    var current: String? {
        let moment = clock.now().microseconds / 1_000_000 / Self.period * Self.period
        return code(of: moment).map { Base64URL.text(Self.bytes(of: moment) + $0) }
    }

    /// Whether a nonce is ours and still counts.
    func isGood(_ nonce: String) -> Bool {
        guard let bytes = Base64URL.bytes(nonce), bytes.count == 8 + Self.codeBytes else {
            return false
        }
        let moment = bytes.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let now = clock.now().microseconds / 1_000_000
        // Another instance's clock may be somewhat ahead.
        guard moment > now - Self.lifetime, moment <= now + ProofOfPossession.clockTolerance,
            let code = code(of: moment)
        else { return false }
        return zip(code, bytes.dropFirst(8)).reduce(UInt8(0)) { $0 | $1.0 ^ $1.1 } == 0
    }

    private func code(of moment: Int64) -> [UInt8]? {
        guard let key = key.withLock({ $0 }) else { return nil }
        let message = Array("dpop-nonce:".utf8) + Self.bytes(of: moment)
        let code = HMAC<SHA256>.authenticationCode(for: message, using: key)
        return Array(code.prefix(Self.codeBytes))
    }

    private static func bytes(of moment: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: moment >> (56 - 8 * $0)) }
    }
}
