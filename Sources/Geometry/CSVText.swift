/// A fault in a table of points, with the line it is on.
package struct PointsProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Line in the file, counted from 1; the header is line 1.
    package let line: Int
    /// Name of the column, when the fault is in one.
    package let column: String?
    /// One English sentence; it does not repeat the value, which may be somebody's position.
    package let sentence: String

    /// The place and the sentence on one line, as a command prints it.
    package var description: String {
        "line \(line)" + (column.map { ", column \($0)" } ?? "") + ": " + sentence
    }
}

/// Comma-separated records (RFC 4180) with the line each begins on.
///
/// Lines may end in LF or CRLF and quoted fields may hold separators, quotes and line breaks. A
/// byte order mark is skipped, and so are empty lines. A first record with semicolons and no comma
/// makes the semicolon the separator of all, as spreadsheets write where the comma is decimal.
struct CSVText {
    struct Record {
        let line: Int
        let fields: [String]
    }

    private let bytes: [UInt8]
    private let separator: UInt8
    private var index = 0
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        separator = Self.separator(of: bytes[index...])
    }

    private static func separator(of text: ArraySlice<UInt8>) -> UInt8 {
        var isQuoted = false
        var hasSemicolon = false
        for byte in text.drop(while: isLineEnd) {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if isLineEnd(byte) { break }
            if byte == UInt8(ascii: ",") { return byte }
            if byte == UInt8(ascii: ";") { hasSemicolon = true }
        }
        return hasSemicolon ? UInt8(ascii: ";") : UInt8(ascii: ",")
    }

    /// The next record, or nil at the end.
    mutating func next() throws(PointsProblem) -> Record? {
        while index < bytes.count {
            let start = line
            let fields = try record()
            if fields != [""] { return Record(line: start, fields: fields) }
        }
        return nil
    }

    private mutating func record() throws(PointsProblem) -> [String] {
        var fields: [String] = []
        while true {
            let field = try self.field()
            guard let text = String(validating: field, as: UTF8.self) else {
                throw PointsProblem(line: line, column: nil, sentence: "The text is not UTF-8.")
            }
            fields.append(text)
            guard index < bytes.count else { return fields }
            if bytes[index] == separator {
                index += 1
                continue
            }
            skipLineEnd()
            return fields
        }
    }

    /// One field, up to the separator or line end that follows it.
    private mutating func field() throws(PointsProblem) -> [UInt8] {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
            let start = index
            while index < bytes.count, !endsField(bytes[index]) { index += 1 }
            return Array(bytes[start..<index])
        }
        let opened = line
        var field: [UInt8] = []
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == UInt8(ascii: "\"") else {
                field.append(byte)
                continue
            }
            if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                field.append(byte)
                index += 1
                continue
            }
            guard index == bytes.count || endsField(bytes[index]) else {
                throw PointsProblem(
                    line: line,
                    column: nil,
                    sentence: "Text follows a closing quote."
                )
            }
            return field
        }
        throw PointsProblem(line: opened, column: nil, sentence: "A quote is never closed.")
    }

    private func endsField(_ byte: UInt8) -> Bool {
        byte == separator || Self.isLineEnd(byte)
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private mutating func skipLineEnd() {
        if bytes[index] == UInt8(ascii: "\r") { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "\n") { index += 1 }
        line += 1
    }
}
