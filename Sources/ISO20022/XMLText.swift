/// Writes XML piece by piece; texts are escaped and element names come from this library.
struct XMLText {
    private let sink: (String) throws -> Void

    init(to sink: @escaping (String) throws -> Void) {
        self.sink = sink
    }

    /// What `write` writes, as one text. A sink that only appends has nothing to throw.
    static func collected(_ write: (XMLText) throws -> Void) -> String {
        let collected = Collected()
        try? write(XMLText { collected.text += $0 })
        return collected.text
    }

    func document(_ namespace: String, _ content: () throws -> Void) throws {
        try sink("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"\(namespace)\">")
        try content()
        try sink("</Document>\n")
    }

    func element(_ name: String, _ content: () throws -> Void) throws {
        try sink("<\(name)>")
        try content()
        try sink("</\(name)>")
    }

    func element(_ name: String, _ text: String) throws {
        try sink("<\(name)>\(Self.escaped(text))</\(name)>")
    }

    func optional(_ name: String, _ text: String?) throws {
        if let text { try element(name, text) }
    }

    func euros(_ name: String, _ minorUnits: Int64) throws {
        try sink("<\(name) Ccy=\"EUR\">\(DecimalAmount.text(minorUnits))</\(name)>")
    }

    /// Characters that XML 1.0 cannot carry at all become a question mark.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Microseconds since 1970 as `YYYY-MM-DDThh:mm:ssZ`.
    static func dateTime(microsecondsSinceEpoch: Int64) -> String {
        let seconds = Int(microsecondsSinceEpoch / 1_000_000)
        let inDay = ((seconds % 86_400) + 86_400) % 86_400
        let date = CalendarDate(daysSinceEpoch: (seconds - inDay) / 86_400)
        let time = [inDay / 3_600, inDay / 60 % 60, inDay % 60].map { CalendarDate.padded($0, 2) }
        return "\(date)T\(time.joined(separator: ":"))Z"
    }
}

private final class Collected {
    var text = ""
}
