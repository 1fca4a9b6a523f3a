import API
import ArgumentParser
import FoundationEssentials
import Glibc

/// How a command answers on standard output.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// For people.
    case table
    /// The JSON of the services, for programs.
    case json
}

extension OutputFormat {
    /// Shows one object.
    func show(_ value: some Encodable) throws {
        switch self {
        case .json: print(try Self.json(value))
        case .table:
            let fields = FieldList(value).fields
            let width = fields.map(\.name.count).max() ?? 0
            for field in fields {
                print("\(TextTable.padded(field.name, to: width))  \(field.text)")
            }
        }
    }

    /// Shows a page of a list; the table has only these columns.
    func show<Item>(_ page: Page<Item>, columns: [String]) throws {
        switch self {
        case .json: print(try Self.json(page))
        case .table:
            showTable(page.items, columns: columns)
            if let next = page.next { note("more with --cursor \(next)") }
        }
    }

    /// Shows values that are one table.
    func showTable(_ items: [some Any], columns: [String]) {
        var table = TextTable(columns)
        table.rows = items.map { item in
            let fields = FieldList(item)
            return columns.map { fields[$0] }
        }
        print(table.description)
    }

    /// The JSON that a service would send, laid out for reading.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// A number of things: `1 finding`, `2 findings`.
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)" + (count == 1 ? "" : "s")
}

/// Says something that is not the answer: on standard error.
func note(_ text: String) {
    writeToStandardError(text + "\n")
}

/// Writes to standard error as it is.
func writeToStandardError(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
    }
}

/// A line that is rewritten while long work goes on; silent when nobody watches.
struct ProgressLine: Sendable {
    private let isShown = isatty(STDERR_FILENO) == 1

    /// Replaces the line.
    func update(_ text: String) {
        if isShown { writeToStandardError("\r\u{1B}[K\(text)") }
    }

    /// Takes the line away.
    func end() {
        if isShown { writeToStandardError("\r\u{1B}[K") }
    }
}
