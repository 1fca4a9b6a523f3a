/// The findings of a file as CSV for people: UTF-8 with byte order mark, semicolons, CRLF, which
/// spreadsheets of the Netherlands open by a double click. Piece by piece, as findings come.
package enum FindingsCSV {
    /// The byte order mark and the names of the columns.
    package static let head =
        "\u{FEFF}level;line;sourceLine;path;severity;code;textDutch;textEnglish\r\n"

    /// One row.
    ///
    /// - Parameters:
    ///   - level: such as `line`.
    ///   - line: number of the credit transfer in the file, from 1; nil above lines.
    ///   - sourceLine: line of the text of the file, from 1; nil where none is known.
    package static func row(
        level: String,
        line: Int?,
        sourceLine: Int?,
        path: String,
        severity: String,
        code: String,
        textDutch: String,
        textEnglish: String
    ) -> String {
        let cells = [
            level, line.map(String.init) ?? "", sourceLine.map(String.init) ?? "", path, severity,
            code, textDutch, textEnglish,
        ]
        return cells.map(escaped).joined(separator: ";") + "\r\n"
    }

    /// The row of a finding.
    package static func row(_ finding: Finding) -> String {
        row(
            level: finding.level.rawValue,
            line: finding.transaction,
            sourceLine: finding.line,
            path: finding.path,
            severity: finding.severity.rawValue,
            code: finding.code.rawValue,
            textDutch: finding.textDutch,
            textEnglish: finding.text
        )
    }

    /// A cell that a spreadsheet takes for a text, never for a formula.
    private static func escaped(_ cell: String) -> String {
        let isFormula = cell.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
        let text = isFormula ? "'" + cell : cell
        guard text.utf8.contains(where: { ";\"\n\r".utf8.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
