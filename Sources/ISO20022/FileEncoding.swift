/// In which encoding a file is written, as its first bytes and its XML declaration say.
///
/// UTF-8, UTF-16 and the one-byte encodings of Europe are read, when the file tells honestly which
/// one it is: the bytes of a name have one meaning only.
enum FileEncoding: Equatable {
    /// To be read as this encoding, after `skipping` bytes of byte order mark.
    case known(TextEncoding, skipping: Int)
    /// An encoding that is not read here, by its name.
    case other(String)
    /// The declaration says one thing and the bytes say another.
    case contradiction(declared: String, found: String)

    /// - Parameter start: the beginning of the file, at least its XML declaration.
    static func detect(_ start: some Collection<UInt8>) -> FileEncoding {
        let bytes = Array(start)
        switch mark(bytes) {
        case .unread(let name): return .other(name)
        case .utf8(let skipped): return oneByteUnits(bytes[skipped...], hasMark: skipped > 0)
        case .utf16(let encoding, let skipped):
            // The declaration is ASCII, so every other byte of it spells it.
            let letters = bytes[skipped...].filter { $0 != 0 }
            guard let declared = declaredEncoding(letters[...]),
                ![encoding.name.lowercased(), "utf-16"].contains(declared.lowercased())
            else { return .known(encoding, skipping: skipped) }
            return .contradiction(declared: declared, found: "UTF-16")
        }
    }

    private enum Mark {
        case utf8(skipping: Int)
        case utf16(TextEncoding, skipping: Int)
        case unread(String)
    }

    private static func mark(_ bytes: [UInt8]) -> Mark {
        let marks: [(bytes: [UInt8], mark: Mark)] = [
            ([0xFF, 0xFE, 0, 0], .unread("UTF-32")), ([0, 0, 0xFE, 0xFF], .unread("UTF-32")),
            ([0x3C, 0, 0, 0], .unread("UTF-32")), ([0, 0, 0, 0x3C], .unread("UTF-32")),
            ([0xFF, 0xFE], .utf16(.utf16LittleEndian, skipping: 2)),
            ([0xFE, 0xFF], .utf16(.utf16BigEndian, skipping: 2)),
            ([0x3C, 0], .utf16(.utf16LittleEndian, skipping: 0)),
            ([0, 0x3C], .utf16(.utf16BigEndian, skipping: 0)),
            ([0x4C, 0x6F, 0xA7, 0x94], .unread("EBCDIC")),
            ([0xEF, 0xBB, 0xBF], .utf8(skipping: 3)),
        ]
        return marks.first { bytes.starts(with: $0.bytes) }?.mark ?? .utf8(skipping: 0)
    }

    private static func oneByteUnits(_ bytes: ArraySlice<UInt8>, hasMark: Bool) -> FileEncoding {
        guard let declared = declaredEncoding(bytes) else {
            return .known(.utf8, skipping: bytes.startIndex)
        }
        if declared.lowercased().hasPrefix("utf-16") {
            return .contradiction(declared: declared, found: "UTF-8")
        }
        guard let encoding = TextEncoding(label: declared) else { return .other(declared) }
        guard !hasMark || encoding == .utf8 else {
            return .contradiction(declared: declared, found: "UTF-8")
        }
        return .known(encoding, skipping: bytes.startIndex)
    }

    private static func declaredEncoding(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.starts(with: "<?xml".utf8) else { return nil }
        let declaration = String(
            decoding: bytes.prefix(while: { $0 != UInt8(ascii: ">") }),
            as: UTF8.self
        )
        let parts = declaration.split(whereSeparator: { "=\"' \t\r\n?".contains($0) })
        guard let label = parts.firstIndex(of: "encoding"), label + 1 < parts.endIndex
        else { return nil }
        return String(parts[label + 1])
    }
}

/// An encoding that files are read in.
package struct TextEncoding: Sendable, Hashable {
    /// The name that IANA registers as preferred for MIME, such as `windows-1252`.
    package let name: String

    package static let utf8 = TextEncoding(name: "UTF-8")
    /// US-ASCII: a file that declares it has no byte from 128 up.
    package static let ascii = TextEncoding(name: "US-ASCII")
    package static let windows1252 = TextEncoding(name: "windows-1252")
    static let utf16LittleEndian = TextEncoding(name: "UTF-16LE")
    static let utf16BigEndian = TextEncoding(name: "UTF-16BE")

    /// The encoding that a file or a request names, in any case; nil where it is none of those.
    package init?(label: some StringProtocol) {
        let wanted = label.lowercased()
        let plain = Self.aliases[wanted] ?? wanted
        guard let known = Self.oneByte.first(where: { $0.lowercased() == plain })
        else { return nil }
        name = known
    }

    private init(name: String) {
        self.name = name
    }

    /// Whether the bytes 128 to 159 are control characters, which no text has: a file that uses
    /// them is really written in Windows' encoding.
    var hasUpperControls: Bool { name.hasPrefix("ISO-8859-") }

    private static let oneByte =
        ["UTF-8", "US-ASCII"]
        + [1, 2, 3, 4, 5, 7, 9, 10, 13, 14, 15, 16].map { "ISO-8859-\($0)" }
        + [1250, 1251, 1252, 1253, 1254, 1257].map { "windows-\($0)" }

    private static let aliases = [
        "utf8": "utf-8", "ascii": "us-ascii", "latin1": "iso-8859-1", "latin-1": "iso-8859-1",
        "iso8859-1": "iso-8859-1", "iso_8859-1": "iso-8859-1", "latin-9": "iso-8859-15",
        "latin9": "iso-8859-15", "iso8859-15": "iso-8859-15", "cp1252": "windows-1252",
        "cp-1252": "windows-1252", "cp1250": "windows-1250",
    ]
}
