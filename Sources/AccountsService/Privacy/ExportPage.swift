import API
import ServiceKit

/// An export for reading: one HTML page that needs nothing from elsewhere and runs nothing.
struct ExportPage {
    private let export: PersonExport

    init(_ export: PersonExport) { self.export = export }

    /// The page. All that comes from the export is text in it, whatever it looks like.
    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>What Wijkmunt keeps of you</title>
        <style>
        body { font: 16px/1.5 sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em }
        table { border-collapse: collapse; margin: 0 0 1em }
        th, td { border: 1px solid #bbb; padding: .2em .6em; text-align: left; vertical-align: top }
        td { overflow-wrap: anywhere }
        </style>
        </head>
        <body>
        <h1>What Wijkmunt keeps of you</h1>
        <p>Person \(Self.escaped("\(export.personId)")), on \(Self.escaped("\(export.exportedAt)")).</p>
        \(sections)
        </body>
        </html>

        """
    }

    private var sections: String {
        [
            ("You, your devices, and what was done about you", export.accounts),
            ("Your wallet", export.wallet),
            ("Your payments in shops", export.merchant),
            ("What payment files had for you", export.disbursement),
        ].map { title, part in
            "<h2>\(Self.escaped(title))</h2>\n\(Self.table(part))"
        }.joined(separator: "\n")
    }

    private static func table(_ value: JSONValue) -> String {
        switch value {
        case .null: "–"
        case .bool(let bool): bool ? "yes" : "no"
        case .number(let number): escaped(WireJSON.text(JSONValue.number(number)))
        case .string(let text): text.isEmpty ? "–" : escaped(text)
        case .array(let elements): list(elements)
        case .object(let members): rows(members)
        }
    }

    private static func rows(_ members: [String: JSONValue]) -> String {
        let rows = members.sorted { $0.key < $1.key }.map { name, value in
            "<tr><th>\(escaped(words(name)))</th><td>\(table(value))</td></tr>"
        }
        return "<table>\n\(rows.joined(separator: "\n"))\n</table>"
    }

    private static func list(_ elements: [JSONValue]) -> String {
        elements.isEmpty ? "none" : elements.map(table).joined(separator: "\n")
    }

    /// `revokedAt` is read as `revoked at`.
    private static func words(_ name: String) -> String {
        name.reduce(into: "") { words, character in
            if character.isUppercase {
                words.append(" \(character.lowercased())")
            } else {
                words.append(character)
            }
        }
    }

    private static func escaped(_ text: String) -> String {
        // By scalars: a sign with a mark on it is another character, and the same sign in HTML.
        text.unicodeScalars.reduce(into: "") { html, scalar in
            switch scalar {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            default: html.unicodeScalars.append(scalar)
            }
        }
    }
}
