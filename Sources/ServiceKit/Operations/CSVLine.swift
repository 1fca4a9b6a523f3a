/// One line of comma-separated values (RFC 4180).
package enum CSVLine {
    /// The fields with commas between them, quoted where they have to be, and the end of the line.
    package static func text(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\r\n"
    }

    /// A text of somebody else's: one that a spreadsheet would take for a formula gets an
    /// apostrophe before it.
    package static func harmless(_ text: String) -> String {
        guard let first = text.first, "=+-@\t\r".contains(first) else { return text }
        return "'" + text
    }

    private static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
            return field
        }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
