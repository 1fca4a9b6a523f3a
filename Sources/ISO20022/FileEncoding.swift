/// Looks at the first bytes of a file for its encoding, before any XML parser sees them.
///
/// Only UTF-8 is read, with or without a byte order mark: the Dutch guidelines for these messages
/// demand it, and one encoding leaves no doubt which bytes a name was made of.
enum FileEncoding: Equatable {
    /// UTF-8, after `skipping` bytes of byte order mark.
    case utf8(skipping: Int)
    case other(String)

    /// - Parameter start: the beginning of the file, at least its XML declaration.
    static func detect(_ start: some Sequence<UInt8>) -> FileEncoding {
        let bytes = Array(start)
        let marks: [(bytes: [UInt8], name: String)] = [
            ([0xFF, 0xFE, 0, 0], "UTF-32"), ([0, 0, 0xFE, 0xFF], "UTF-32"),
            ([0x3C, 0, 0, 0], "UTF-32"), ([0, 0, 0, 0x3C], "UTF-32"),
            ([0xFF, 0xFE], "UTF-16"), ([0xFE, 0xFF], "UTF-16"),
            ([0x3C, 0], "UTF-16"), ([0, 0x3C], "UTF-16"),
            ([0x4C, 0x6F, 0xA7, 0x94], "EBCDIC"),
        ]
        if let mark = marks.first(where: { bytes.starts(with: $0.bytes) }) {
            return .other(mark.name)
        }
        let skipped = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let declared = declaredEncoding(bytes[skipped...]),
            !["utf-8", "utf8"].contains(declared.lowercased())
        else { return .utf8(skipping: skipped) }
        return .other(declared)
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
