/// Base 32 in capitals without padding (RFC 4648 section 6). A QR code takes capitals and digits in
/// five and a half bits each, so that bytes written so need fewer modules than as base64url.
package enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// The text of bytes.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                text.append(alphabet[Int(bits >> count & 0x1F)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << (5 - count) & 0x1F)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text; `nil` unless it is exactly what ``text(_:)`` writes.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 5 | UInt32(value)
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        // What is left over is less than a character and zero.
        guard count < 5, bits & (1 << count - 1) == 0 else { return nil }
        return bytes
    }
}
