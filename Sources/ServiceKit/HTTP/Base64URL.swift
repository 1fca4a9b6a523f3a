import FoundationEssentials

/// Base64url without padding (RFC 4648 section 5, RFC 7515 section 2).
package enum Base64URL {
    /// The text of bytes.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text = Data(bytes).base64EncodedString()
        text.replace("+", with: "-")
        text.replace("/", with: "_")
        while text.hasSuffix("=") { text.removeLast() }
        return text
    }

    /// The bytes of a text; `nil` unless it is exactly what ``text(_:)`` writes, so that one value
    /// has one spelling.
    package static func bytes(_ text: String) -> [UInt8]? {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: plain + padding) else { return nil }
        let bytes = [UInt8](data)
        return self.text(bytes) == text ? bytes : nil
    }
}
