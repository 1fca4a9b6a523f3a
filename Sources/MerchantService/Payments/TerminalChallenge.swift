import API
import Crypto
import FoundationEssentials
import ServiceKit

/// What a till shows for a payer to sign, which tells when it was shown.
///
/// 16 bytes: the seconds since the payment was asked for, and 12 bytes of an HMAC-SHA256 over them
/// under the payment's own secret. So every look at a payment gives a fresh one, any instance can
/// tell its age, and nothing is written.
struct TerminalChallenge: Sendable {
    private let payment: UUID
    private let secret: String
    private let requestedAt: Instant

    private static let macBytes = 12
    // How far the clocks of two instances may differ.
    private static let toleranceSeconds = 30

    init(of payment: StoredPayment) {
        self.payment = payment.id
        secret = payment.challenge
        requestedAt = payment.requestedAt
    }

    /// The challenge to show at a moment.
    func text(at now: Instant) -> String {
        let shown = Self.bytes(UInt32(clamping: secondsSinceRequest(now)))
        return Base64URL.text(shown + mac(shown))
    }

    /// When a challenge was shown, to the second before it; `nil` when it is none of this payment's.
    func shownAt(_ text: String, seenAt now: Instant) -> Instant? {
        guard let bytes = Base64URL.bytes(text), bytes.count == 4 + Self.macBytes else {
            return nil
        }
        let shown = Array(bytes.prefix(4))
        let difference = zip(bytes.dropFirst(4), mac(shown)).reduce(0) { $0 | ($1.0 ^ $1.1) }
        let seconds = shown.reduce(0) { $0 << 8 | Int($1) }
        guard difference == 0, seconds <= secondsSinceRequest(now) + Self.toleranceSeconds else {
            return nil
        }
        let shownAt = requestedAt.microseconds + Int64(seconds) * 1_000_000
        return min(now, Instant(microseconds: shownAt))
    }

    private func secondsSinceRequest(_ now: Instant) -> Int {
        Int((now.microseconds - requestedAt.microseconds) / 1_000_000)
    }

    private func mac(_ shown: [UInt8]) -> [UInt8] {
        var code = HMAC<SHA256>(key: SymmetricKey(data: Array(secret.utf8)))
        code.update(data: Array("challenge 1 \(Identifier(payment)) ".utf8))
        code.update(data: shown)
        return Array(code.finalize().prefix(Self.macBytes))
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
