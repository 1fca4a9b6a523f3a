import Crypto
import FoundationEssentials

/// What the events of a webhook are signed with, as Standard Webhooks describes it
/// (standardwebhooks.com, symmetric signatures).
package struct WebhookSecret: Sendable, Hashable {
    /// The headers that carry a message's id, moment and signatures.
    package enum Header {
        package static let id = "webhook-id"
        package static let timestamp = "webhook-timestamp"
        package static let signature = "webhook-signature"
    }

    /// The bytes of the key, 24 to 64.
    package let bytes: [UInt8]

    private static let prefix = "whsec_"

    /// A new one of 256 random bits.
    package static func make() -> WebhookSecret {
        let key = SymmetricKey(size: .bits256)
        return WebhookSecret(bytes: key.withUnsafeBytes { Array($0) })
    }

    /// One from its bytes.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads `whsec_` and base64; nil for anything else.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix),
            let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            (24...64).contains(data.count)
        else { return nil }
        bytes = Array(data)
    }

    /// `whsec_` and base64, as its owner is shown it.
    package var text: String { Self.prefix + Data(bytes).base64EncodedString() }

    /// `v1,` and the base64 of HMAC-SHA256 over id, seconds since 1970 and body.
    package func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        var hmac = HMAC<SHA256>(key: SymmetricKey(data: bytes))
        hmac.update(data: Array("\(id).\(timestamp).".utf8))
        hmac.update(data: body)
        return "v1," + Data(hmac.finalize()).base64EncodedString()
    }
}
