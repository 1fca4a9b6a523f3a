/// The characters of the standard fonts of PDF (ISO 32000-1 annex D, WinAnsiEncoding).
enum WinAnsi {
    /// Calls `body` with the text in the encoding; a character that it does not have becomes a
    /// question mark.
    @discardableResult
    static func withCString<T>(_ text: String, _ body: (UnsafePointer<CChar>) -> T) -> T {
        let codes = text.unicodeScalars.map { CChar(bitPattern: code($0)) } + [0]
        return codes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("never empty") }
            return body(start)
        }
    }

    private static func code(_ scalar: Unicode.Scalar) -> UInt8 {
        switch scalar.value {
        case 0x20...0x7E, 0xA1...0xFF: UInt8(scalar.value)
        case 0xA0: 0x20
        default: others[scalar] ?? UInt8(ascii: "?")
        }
    }

    private static let others: [Unicode.Scalar: UInt8] = [
        "€": 0x80, "‚": 0x82, "„": 0x84, "…": 0x85, "Š": 0x8A, "Œ": 0x8C, "Ž": 0x8E,
        "\u{2018}": 0x91, "\u{2019}": 0x92, "\u{201C}": 0x93, "\u{201D}": 0x94, "•": 0x95,
        "–": 0x96, "—": 0x97, "š": 0x9A, "œ": 0x9C, "ž": 0x9E, "Ÿ": 0x9F,
    ]
}
