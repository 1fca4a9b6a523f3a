import Crypto
import CryptoExtras
import Dispatch
package import Domain
import FoundationEssentials
import Synchronization

/// What services make of numbers and PINs of cards: neither is kept as it is.
package final class CardSecrets: Sendable {
    private let lookup: LookupKey
    // Slow by intent, so never on the threads that serve everybody, and one at a time: whoever
    // floods us with PINs waits for themselves.
    private let thread = DispatchQueue(label: "wijkmunt.pins")
    private let waiting = Mutex(0)

    private static let mostWaiting = 64
    // RFC 7914: 2^14 rounds of 1 KiB blocks take 16 MiB and some 50 ms.
    private static let rounds = 1 << 14
    private static let blockSize = 8

    package init(lookup: LookupKey) {
        self.lookup = lookup
    }

    /// The 32-byte hash by which a card is found.
    package func hash(of number: CardNumber) -> [UInt8] {
        lookup.hash(number.digits, kind: .cardNumber)
    }

    /// The 32-byte hash of a card's PIN: scrypt (RFC 7914) of an HMAC under the installation's key,
    /// salted with the hash of the card's number. Without the key, which is not in the database,
    /// there is nothing to try PINs against. Throws 503 when too many wait.
    package func hash(of pin: CardPIN, card numberHash: [UInt8]) async throws -> [UInt8] {
        let text = "\(Base64URL.text(numberHash)):\(pin.digits)"
        let peppered = lookup.hash(text, kind: .cardPIN)
        try waiting.withLock { waiting in
            guard waiting < Self.mostWaiting else {
                throw Problem.unavailable("Too many cards are being tried.")
            }
            waiting += 1
        }
        defer { waiting.withLock { $0 -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            thread.async {
                continuation.resume(
                    with: Result { try Self.derived(from: peppered, salt: numberHash) }
                )
            }
        }
    }

    private static func derived(from secret: [UInt8], salt: [UInt8]) throws -> [UInt8] {
        try KDF.Scrypt.deriveKey(
            from: secret,
            salt: salt,
            outputByteCount: 32,
            rounds: rounds,
            blockSize: blockSize,
            parallelism: 1
        ).withUnsafeBytes { Array($0) }
    }
}
